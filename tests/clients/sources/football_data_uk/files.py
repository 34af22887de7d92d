"""Files of football-data.co.uk, and a client that reads them."""

from datetime import UTC, datetime

from tests.season import row

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)
UPDATED_AT = datetime(2024, 4, 26, 13, tzinfo=UTC)
COMING = row("Arsenal", "Chelsea", "27/04/2024 15:00")
HEADER_2026 = (
    "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,HTHG,HTAG,Referee,HS,AS,HST,AST,HxG,AxG,"
    "B365H,B365D,B365A,PPH,PPD,PPA,SKBH,SKBD,SKBA,AvgH,AvgD,AvgA"
)
ROWS_2026 = (
    "E0,15/08/26,12:30,Arsenal,Chelsea,2,1,1,0,M Oliver,14,9,6,3,1.9,.8,1.9,3.6,4.2,1.91,3.5,4.2,1.9,3.6,4,1.9,3.6,4.1",
    "E0,15/08/26,15:00,Everton,Fulham,0,0,0,0,A Taylor,8,7,2,2,0.6,0.5,2.4,3.2,3.1,2.4,3.2,3,2.38,3.2,3.1,2.4,3.2,3.1",
    "E0,15/08/26,17:30,Liverpool,Wolves,3,1,2,0,S Hooper,19,6,9,2,2.7,0.6,1.3,5.5,9,1.3,5.5,9,1.29,5.5,9,1.3,5.5,9",
)
KEYS_2026 = ["E0/2627/Arsenal/Chelsea", "E0/2627/Everton/Fulham", "E0/2627/Liverpool/Wolves"]


def season_file(*rows: str, header: str = HEADER_2026) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()
