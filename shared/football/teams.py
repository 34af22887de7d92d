"""Every club we know and every spelling of its name. A name that matches nothing is nobody, never a guess.

One line a club: id, country, three letters and name | short name | spellings of football-data.co.uk | those of
football-data.org | those of The Odds API. Commas separate spellings. No short name means the name itself. Name and
short name are spellings of the last two sources as well, and of the first where a club stands in its files, so only
further ones stand there; case, accents, dots, apostrophes and common abbreviations never matter. The country is where
the club is at home (Cardiff in Wales), wherever it plays.

An id is given once and never changes: a new club takes the next free number wherever its line stands, a renamed club
gets one more spelling.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shared.football.team import Source, Team, spelling


def _club(line: str) -> Team:
    columns = [column.strip() for column in line.split("|")]
    head, short_name, uk, org, odds = columns + [""] * (5 - len(columns))
    team_id, country, tla, name = head.split(maxsplit=3)
    short_name = short_name or name
    aliases = {
        Source.FOOTBALL_DATA_UK: (*_spellings(uk), name, short_name) if uk else (),
        Source.FOOTBALL_DATA_ORG: (name, short_name, *_spellings(org)),
        Source.THE_ODDS_API: (name, short_name, *_spellings(odds)),
    }
    return Team(int(team_id), name, short_name, tla, country, MappingProxyType(aliases))


def _spellings(column: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in column.split(",") if name.strip())


_TABLE = """
1 AND AND FC Andorra | Andorra | Andorra | | Andorra CF

2 AUT AWI Austria Wien | | | FK Austria Wien | Austria Vienna
3 AUT LSK LASK | | | | LASK Linz
4 AUT RAP Rapid Wien | | | SK Rapid Wien, SK Rapid | Rapid Vienna
5 AUT SAL Red Bull Salzburg | Salzburg | | FC Red Bull Salzburg, FC Salzburg, RB Salzburg | RB Salzburg, FC Salzburg
6 AUT STU Sturm Graz | | | SK Sturm Graz | SK Sturm Graz

7 AZE QAR Qarabağ | | | Qarabağ Ağdam FK, Qarabağ FK | Qarabag FK, Qarabag Agdam
8 AZE SAB Sabah | | | Sabah FK | Sabah FK, Sabah Baku, Sabah FA

# Beerschot, Beveren, La Louvière and Mouscron folded or merged and came back under a new registration, with the same
# ground, colours and supporters: one club each. FC Brussels and RWD Molenbeek both claim the first RWDM, but neither
# comes from the other: two clubs.
9 BEL AND Anderlecht | | Anderlecht | RSC Anderlecht | RSC Anderlecht
10 BEL BEE Beerschot | | Germinal, Beerschot VA | K Beerschot VA | Beerschot VA
11 BEL CER Cercle Brugge | | Cercle Brugge | Cercle Brugge KSV | Cercle Brugge KSV
12 BEL CHA Charleroi | | Charleroi | Royal Charleroi SC, Sporting Charleroi | Sporting Charleroi
13 BEL CLU Club Brugge | | Club Brugge | Club Brugge KV | Club Bruges, Club Brugge KV
14 BEL DEN Dender | | Dender | FCV Dender EH | FCV Dender EH
15 BEL EUP Eupen | | Eupen | KAS Eupen | KAS Eupen
16 BEL BRU FC Brussels | | FC Brussels
17 BEL GNK Genk | | Genk | KRC Genk | KRC Genk, Racing Genk
18 BEL GNT Gent | | Gent | KAA Gent | KAA Gent
19 BEL KOR Kortrijk | | Kortrijk | KV Kortrijk | KV Kortrijk
20 BEL LLO La Louvière | | Louvieroise, RAAL La Louviere, La Louviere | RAAL La Louvière | RAAL La Louvière
21 BEL LIE Lierse | | Lierse | Lierse SK, Lierse Kempenzonen
22 BEL LOK Lokeren | | Lokeren | KSC Lokeren OV | KSC Lokeren
23 BEL MEC Mechelen | KV Mechelen | Mechelen | YR KV Mechelen
24 BEL MON Mons | | Bergen | RAEC Mons
25 BEL MOU Mouscron | | Mouscron, Mouscron-Peruwelz | Royal Excel Mouscron | Royal Excel Mouscron
26 BEL OST Oostende | | Oostende | KV Oostende | KV Oostende
27 BEL OHL Oud-Heverlee Leuven | OH Leuven | Oud-Heverlee Leuven | | Leuven
28 BEL ROE Roeselare | | Roeselare | KSV Roeselare
29 BEL ANT Royal Antwerp | Antwerp | Antwerp | Royal Antwerp FC
30 BEL RWD RWD Molenbeek | | RWD Molenbeek | RWDM Brussels, RWDM | RWDM
31 BEL SER Seraing | | Seraing | RFC Seraing | RFC Seraing
32 BEL STV Sint-Truiden | | St Truiden | Sint-Truidense VV, K Sint-Truidense VV | Sint Truiden, St. Truiden
33 BEL BEV SK Beveren | Beveren | Beveren, Waasland-Beveren | Waasland-Beveren | Waasland-Beveren
34 BEL STA Standard Liège | Standard | Standard | Royal Standard de Liège, Standard de Liège
35 BEL TUB Tubize | | Tubize | AFC Tubize
36 BEL USG Union Saint-Gilloise | Union SG | St. Gilloise | Royale Union Saint-Gilloise | Union St. Gilloise
37 BEL WES Westerlo | | Westerlo | KVC Westerlo | KVC Westerlo
38 BEL WAR Zulte Waregem | | Waregem | SV Zulte Waregem | SV Zulte-Waregem

39 BGR LUD Ludogorets | | | PFC Ludogorets Razgrad, PFC Ludogorets 1945 Razgrad, Ludogorets Razgrad | Ludogorets Razgrad

40 BLR BAT BATE Borisov | BATE | | FK BATE Borisov, BATE Baryssau

41 CHE BSL Basel | | | FC Basel 1893, FC Basel | FC Basel
42 CHE LUG Lugano | | | FC Lugano | FC Lugano
43 CHE SER Servette | | | Servette FC | Servette FC
44 CHE STG St. Gallen | | | FC St. Gallen, FC St. Gallen 1879 | FC St. Gallen, St Gallen
45 CHE YBO Young Boys | | | BSC Young Boys | BSC Young Boys
46 CHE ZUR Zürich | | | FC Zürich | FC Zürich

47 CYP APO APOEL | | | APOEL FC, APOEL Nicosia, APOEL Nikosia | APOEL Nicosia
48 CYP OMO Omonia | | | AC Omonia, Omonia Nicosia | Omonia Nicosia, AC Omonia
49 CYP PAF Pafos | | | Paphos FC, Pafos FC | Pafos FC, Paphos FC

50 CZE SLA Slavia Praha | | | SK Slavia Praha, Slavia Prague | Slavia Prague, SK Slavia Praha
51 CZE SPA Sparta Praha | | | AC Sparta Praha, Sparta Prague | Sparta Prague, AC Sparta Praha
52 CZE PLZ Viktoria Plzeň | | | FC Viktoria Plzeň | FC Viktoria Plzen

53 DEU FCH 1. FC Heidenheim | Heidenheim | Heidenheim | 1. FC Heidenheim 1846 | 1. FC Heidenheim 1846
54 DEU KOE 1. FC Köln | Köln | FC Koln | FC Köln | FC Köln, FC Cologne
55 DEU FCM 1. FC Magdeburg | Magdeburg | Magdeburg
56 DEU FCN 1. FC Nürnberg | Nürnberg | Nurnberg
57 DEU SAA 1. FC Saarbrücken | Saarbrücken | Saarbrucken
58 DEU MUN 1860 Munich | | Munich 1860 | TSV 1860 München, 1860 München | TSV 1860 München
59 DEU AAC Alemannia Aachen | Aachen | Aachen
60 DEU BIE Arminia Bielefeld | Bielefeld | Bielefeld | DSC Arminia Bielefeld
61 DEU LEV Bayer Leverkusen | Leverkusen | Leverkusen | Bayer 04 Leverkusen | Bayer 04 Leverkusen
62 DEU FCB Bayern Munich | Bayern | Bayern Munich | FC Bayern München, Bayern München | FC Bayern München
63 DEU BVB Borussia Dortmund | Dortmund | Dortmund | BV Borussia 09 Dortmund, BVB
64 DEU BMG Borussia Mönchengladbach | M'gladbach | M'gladbach | Bor. Mönchengladbach, Mönchengladbach
65 DEU JEN Carl Zeiss Jena | Jena | CZ Jena | FC Carl Zeiss Jena
66 DEU DAR Darmstadt 98 | Darmstadt | Darmstadt | SV Darmstadt 98 | SV Darmstadt 98
67 DEU DRE Dynamo Dresden | Dresden | Dresden | SG Dynamo Dresden
68 DEU EBS Eintracht Braunschweig | Braunschweig | Braunschweig
69 DEU SGE Eintracht Frankfurt | E. Frankfurt | Ein Frankfurt | SG Eintracht Frankfurt
70 DEU COT Energie Cottbus | Cottbus | Cottbus | FC Energie Cottbus | FC Energie Cottbus
71 DEU AUE Erzgebirge Aue | Aue | Erzgebirge Aue | FC Erzgebirge Aue
72 DEU AUG FC Augsburg | Augsburg | Augsburg
73 DEU ING FC Ingolstadt | Ingolstadt | Ingolstadt | FC Ingolstadt 04 | FC Ingolstadt 04
74 DEU STP FC St. Pauli | St. Pauli | St Pauli | FC St. Pauli 1910 | FC St Pauli
75 DEU DUS Fortuna Düsseldorf | Düsseldorf | Fortuna Dusseldorf | TSV Fortuna 95 Düsseldorf, Düsseldorfer TSV Fortuna
76 DEU FSV FSV Frankfurt | | Frankfurt FSV | FSV Frankfurt 1899
77 DEU GRF Greuther Fürth | Fürth | Greuther Furth | SpVgg Greuther Fürth | SpVgg Greuther Fürth
78 DEU HSV Hamburger SV | Hamburg | Hamburg | HSV
79 DEU HAN Hannover 96 | Hannover | Hannover
80 DEU HRO Hansa Rostock | Rostock | Hansa Rostock | FC Hansa Rostock | FC Hansa Rostock
81 DEU BSC Hertha Berlin | Hertha | Hertha | Hertha BSC, Hertha BSC Berlin | Hertha BSC
82 DEU TSG Hoffenheim | | Hoffenheim | TSG 1899 Hoffenheim, TSG Hoffenheim, 1899 Hoffenheim | TSG Hoffenheim
83 DEU KIE Holstein Kiel | Kiel | Holstein Kiel | KSV Holstein Kiel, Kieler SV Holstein 1900
84 DEU REG Jahn Regensburg | Regensburg | Regensburg | SSV Jahn Regensburg | SSV Jahn Regensburg
85 DEU FCK Kaiserslautern | K'lautern | Kaiserslautern | 1. FC Kaiserslautern | 1. FC Kaiserslautern
86 DEU KSC Karlsruher SC | Karlsruhe | Karlsruhe
87 DEU OFC Kickers Offenbach | Offenbach | Offenbach
88 DEU MAI Mainz 05 | Mainz | Mainz | 1. FSV Mainz 05, FSV Mainz 05 | FSV Mainz 05, 1. FSV Mainz 05
89 DEU DUI MSV Duisburg | Duisburg | Duisburg
90 DEU PRE Preußen Münster | Münster | Preussen Munster, Munster | SC Preußen Münster, SC Preußen 06 Münster
91 DEU RBL RB Leipzig | Leipzig | RB Leipzig | RasenBallsport Leipzig | RasenBallsport Leipzig
92 DEU AHL Rot Weiss Ahlen | Ahlen | Ahlen
93 DEU ESS Rot-Weiss Essen | RW Essen | Essen
94 DEU OBE Rot-Weiß Oberhausen | Oberhausen | Oberhausen
95 DEU SCF SC Freiburg | Freiburg | Freiburg | Sport-Club Freiburg
96 DEU PDB SC Paderborn | Paderborn | Paderborn | SC Paderborn 07 | SC Paderborn 07
97 DEU SCH Schalke 04 | Schalke | Schalke 04 | FC Schalke 04 | FC Schalke 04
98 DEU SIE Sportfreunde Siegen | Siegen | Siegen
99 DEU ULM SSV Ulm | Ulm | Ulm | SSV Ulm 1846, SSV Ulm 1846 Fußball | SSV Ulm 1846
100 DEU ELV SV Elversberg | Elversberg | Elversberg | SV 07 Elversberg, SpVgg 07 Elversberg | SV 07 Elversberg
101 DEU SVS SV Sandhausen | Sandhausen | Sandhausen | SV 1916 Sandhausen
102 DEU KOB TuS Koblenz | Koblenz | Koblenz
103 DEU FCU Union Berlin | | Union Berlin | 1. FC Union Berlin | 1. FC Union Berlin
104 DEU UNT Unterhaching | | Unterhaching | SpVgg Unterhaching
105 DEU VFB VfB Stuttgart | Stuttgart | Stuttgart
106 DEU BOC VfL Bochum | Bochum | Bochum | VfL Bochum 1848
107 DEU OSN VfL Osnabrück | Osnabrück | Osnabruck | VfL von 1899 Osnabrück
108 DEU WOB VfL Wolfsburg | Wolfsburg | Wolfsburg
109 DEU AAL VfR Aalen | Aalen | Aalen | VfR Aalen 1921
110 DEU BUR Wacker Burghausen | Burghausen | Burghausen
111 DEU WEH Wehen Wiesbaden | Wehen | Wehen | SV Wehen Wiesbaden | SV Wehen Wiesbaden
112 DEU BRE Werder Bremen | Bremen | Werder Bremen | SV Werder Bremen
113 DEU WUR Würzburger Kickers | Würzburg | Wurzburger Kickers | FC Würzburger Kickers, FC Würzburger Kickers 1907

114 DNK BRO Brøndby | | | Brøndby IF | Brondby IF
115 DNK FCK FC København | København | | FC Copenhagen | FC Copenhagen, Copenhagen
116 DNK FCM Midtjylland | | | FC Midtjylland | FC Midtjylland
117 DNK FCN Nordsjælland | | | FC Nordsjælland | FC Nordsjaelland, Nordsjaelland

118 ENG ARS Arsenal | | Arsenal | Arsenal FC | Arsenal FC
119 ENG AVL Aston Villa | | Aston Villa | Aston Villa FC
120 ENG BAR Barnsley | | Barnsley | Barnsley FC | Barnsley FC
121 ENG BIR Birmingham City | Birmingham | Birmingham | Birmingham City FC
122 ENG BLA Blackburn Rovers | Blackburn | Blackburn | Blackburn Rovers FC
123 ENG BPL Blackpool | | Blackpool | Blackpool FC | Blackpool FC
124 ENG BOL Bolton Wanderers | Bolton | Bolton | Bolton Wanderers FC
125 ENG BOU Bournemouth | | Bournemouth | AFC Bournemouth | AFC Bournemouth
126 ENG BRE Brentford | | Brentford | Brentford FC | Brentford FC
127 ENG BHA Brighton & Hove Albion | Brighton | Brighton | Brighton & Hove Albion FC | Brighton and Hove Albion
128 ENG BRC Bristol City | | Bristol City | Bristol City FC
129 ENG BUR Burnley | | Burnley | Burnley FC | Burnley FC
130 ENG BRT Burton Albion | Burton | Burton | Burton Albion FC
131 ENG CHA Charlton Athletic | Charlton | Charlton | Charlton Athletic FC
132 ENG CHE Chelsea | | Chelsea | Chelsea FC | Chelsea FC
133 ENG COL Colchester United | Colchester | Colchester | Colchester United FC
134 ENG COV Coventry City | Coventry | Coventry | Coventry City FC
135 ENG CRE Crewe Alexandra | Crewe | Crewe | Crewe Alexandra FC
136 ENG CRY Crystal Palace | | Crystal Palace | Crystal Palace FC
137 ENG DER Derby County | Derby | Derby | Derby County FC
138 ENG DON Doncaster Rovers | Doncaster | Doncaster | Doncaster Rovers FC
139 ENG EVE Everton | | Everton | Everton FC | Everton FC
140 ENG FUL Fulham | | Fulham | Fulham FC | Fulham FC
141 ENG HUD Huddersfield Town | Huddersfield | Huddersfield | Huddersfield Town AFC, Huddersfield Town FC
142 ENG HUL Hull City | Hull | Hull | Hull City AFC, Hull City FC
143 ENG IPS Ipswich Town | Ipswich | Ipswich | Ipswich Town FC
144 ENG LEE Leeds United | Leeds | Leeds | Leeds United FC
145 ENG LEI Leicester City | Leicester | Leicester | Leicester City FC
146 ENG LIN Lincoln City | Lincoln | Lincoln | Lincoln City FC
147 ENG LIV Liverpool | | Liverpool | Liverpool FC | Liverpool FC
148 ENG LUT Luton Town | Luton | Luton | Luton Town FC
149 ENG MCI Manchester City | Man City | Man City | Manchester City FC
150 ENG MUN Manchester United | Man United | Man United | Manchester United FC, Man Utd | Man Utd
151 ENG MID Middlesbrough | | Middlesbrough | Middlesbrough FC
152 ENG MIL Millwall | | Millwall | Millwall FC
153 ENG MKD Milton Keynes Dons | MK Dons | Milton Keynes Dons | Milton Keynes Dons FC
154 ENG NEW Newcastle United | Newcastle | Newcastle | Newcastle United FC
155 ENG NOR Norwich City | Norwich | Norwich | Norwich City FC
156 ENG NOT Nottingham Forest | Nott'm Forest | Nott'm Forest | Nottingham Forest FC
157 ENG OXF Oxford United | Oxford | Oxford | Oxford United FC
158 ENG PET Peterborough United | Peterborough | Peterboro | Peterborough United FC
159 ENG PLY Plymouth Argyle | Plymouth | Plymouth | Plymouth Argyle FC
160 ENG POR Portsmouth | | Portsmouth | Portsmouth FC
161 ENG PNE Preston North End | Preston | Preston | Preston North End FC, Preston NE
162 ENG QPR Queens Park Rangers | QPR | QPR | Queens Park Rangers FC
163 ENG REA Reading | | Reading | Reading FC
164 ENG ROT Rotherham United | Rotherham | Rotherham | Rotherham United FC
165 ENG SCU Scunthorpe United | Scunthorpe | Scunthorpe | Scunthorpe United FC
166 ENG SHU Sheffield United | Sheffield Utd | Sheffield United | Sheffield United FC
167 ENG SHW Sheffield Wednesday | Sheffield Wed | Sheffield Weds | Sheffield Wednesday FC
168 ENG SOU Southampton | | Southampton | Southampton FC
169 ENG STD Southend United | Southend | Southend | Southend United FC
170 ENG STK Stoke City | Stoke | Stoke | Stoke City FC
171 ENG SUN Sunderland | | Sunderland | Sunderland AFC | Sunderland AFC
172 ENG TOT Tottenham Hotspur | Tottenham | Tottenham | Tottenham Hotspur FC, Spurs
173 ENG WAT Watford | | Watford | Watford FC
174 ENG WBA West Bromwich Albion | West Brom | West Brom | West Bromwich Albion FC
175 ENG WHU West Ham United | West Ham | West Ham | West Ham United FC
176 ENG WIG Wigan Athletic | Wigan | Wigan | Wigan Athletic FC
177 ENG WOL Wolverhampton Wanderers | Wolves | Wolves | Wolverhampton Wanderers FC, Wolverhampton
178 ENG WYC Wycombe Wanderers | Wycombe | Wycombe | Wycombe Wanderers FC
179 ENG YEO Yeovil Town | Yeovil | Yeovil | Yeovil Town FC

# A reserve team is a club of its own. "Lorca" is Lorca Deportiva until 2007 and Lorca FC in 2017-18: two clubs that
# the CSV spells alike, ten years apart, so they share a line. Granada 74 bought the place of Ciudad de Murcia and is
# neither it nor Granada.
180 ESP ALB Albacete | | Albacete | Albacete Balompié | Albacete Balompié
181 ESP ALC Alcorcón | | Alcorcon | AD Alcorcón | AD Alcorcón
182 ESP ACY Alcoyano | | Alcoyano | CD Alcoyano
183 ESP ALI Alicante | | Alicante | Alicante CF
184 ESP ALM Almería | | Almeria | UD Almería | UD Almería
185 ESP AMO Amorebieta | | Amorebieta | SD Amorebieta | SD Amorebieta
186 ESP ATH Athletic Bilbao | Athletic | Ath Bilbao | Athletic Club, Athletic Club Bilbao | Athletic Club
187 ESP ATL Atlético Madrid | Atlético | Ath Madrid | Club Atlético de Madrid, Atleti | Atlético de Madrid
188 ESP BAB Barça Atlètic | | Barcelona B | FC Barcelona B, Barcelona Atlètic, FC Barcelona Atlètic | Barcelona B
189 ESP FCB Barcelona | Barça | Barcelona | FC Barcelona | FC Barcelona
190 ESP BIL Bilbao Athletic | Bilbao Ath. | Ath Bilbao B | Athletic Bilbao B, Athletic Club B
191 ESP BUR Burgos | | Burgos | Burgos CF | Burgos CF
192 ESP CAD Cádiz | | Cadiz | Cádiz CF | Cádiz CF
193 ESP CAR Cartagena | | Cartagena | FC Cartagena | FC Cartagena
194 ESP CAS Castellón | | Castellon | CD Castellón | CD Castellón
195 ESP CEB Celta Fortuna | | Celta B | RC Celta Fortuna, RC Celta de Vigo B | Celta Vigo B, Celta de Vigo B
196 ESP CEL Celta Vigo | Celta | Celta | RC Celta de Vigo, Celta de Vigo, RC Celta | Celta de Vigo
197 ESP CEU Ceuta | | Ceuta | AD Ceuta FC, AD Ceuta | AD Ceuta FC, AD Ceuta
198 ESP CMU Ciudad de Murcia | C. de Murcia | Ciudad de Murcia
199 ESP COR Córdoba | | Cordoba | Córdoba CF | Córdoba CF
200 ESP CUL Cultural Leonesa | Leonesa | Leonesa, Cultural Leonesa | Cultural y Deportiva Leonesa
201 ESP ALA Deportivo Alavés | Alavés | Alaves | CD Alavés
202 ESP DEP Deportivo La Coruña | Deportivo | La Coruna,Dep A Coruna | RC Deportivo La Coruña, RC Deportivo de La Coruña
203 ESP EIB Eibar | | Eibar | SD Eibar | SD Eibar
204 ESP ELC Elche | | Elche | Elche CF | Elche CF
205 ESP ELD Eldense | | Eldense | CD Eldense | CD Eldense
206 ESP ESP Espanyol | | Espanol | RCD Espanyol de Barcelona, RCD Espanyol | RCD Espanyol
207 ESP EXT Extremadura | | Extremadura UD | Extremadura UD | Extremadura UD
208 ESP FUE Fuenlabrada | | Fuenlabrada | CF Fuenlabrada | CF Fuenlabrada
209 ESP GET Getafe | | Getafe | Getafe CF | Getafe CF
210 ESP GIM Gimnàstic de Tarragona | Gimnàstic | Gimnastic | Club Gimnàstic de Tarragona | Gimnàstic Tarragona
211 ESP GIR Girona | | Girona | Girona FC | Girona FC
212 ESP GRA Granada | | Granada | Granada CF | Granada CF
213 ESP GSC Granada 74 | | Granada 74
214 ESP GUA Guadalajara | | Guadalajara | CD Guadalajara
215 ESP HER Hércules | | Hercules | Hércules CF
216 ESP HUE Huesca | | Huesca | SD Huesca | SD Huesca
217 ESP IBI Ibiza | | Ibiza | UD Ibiza | UD Ibiza
218 ESP LPA Las Palmas | | Las Palmas | UD Las Palmas | UD Las Palmas
219 ESP LEG Leganés | | Leganes | CD Leganés | CD Leganés
220 ESP LEV Levante | | Levante | Levante UD | Levante UD
221 ESP LLA Llagostera | | Llagostera | UE Llagostera | UE Llagostera
222 ESP LLE Lleida | | Lleida | UE Lleida
223 ESP LOG Logroñés | | Logrones | UD Logroñés | UD Logroñés
224 ESP LOR Lorca | | Lorca | Lorca FC, Lorca Deportiva CF | Lorca FC
225 ESP LUG Lugo | | Lugo | CD Lugo | CD Lugo
226 ESP MGA Málaga | | Malaga | Málaga CF | Málaga CF
227 ESP MGB Málaga B | | Malaga B | Málaga CF B, Atlético Malagueño
228 ESP MLL Mallorca | | Mallorca | RCD Mallorca | RCD Mallorca
229 ESP MIR Mirandés | | Mirandes | CD Mirandés | CD Mirandés
230 ESP NUM Numancia | | Numancia | CD Numancia, CD Numancia de Soria | CD Numancia
231 ESP OSA Osasuna | | Osasuna | CA Osasuna | CA Osasuna
232 ESP EJI Poli Ejido | | Poli Ejido | CP Ejido
233 ESP PON Ponferradina | | Ponferradina | SD Ponferradina | SD Ponferradina
234 ESP FER Racing de Ferrol | Racing Ferrol | Ferrol | Racing Club de Ferrol | Racing Club de Ferrol
235 ESP RAC Racing Santander | Santander | Santander | Real Racing Club de Santander | Real Racing Club de Santander
236 ESP MAJ Rayo Majadahonda | R. Majadahonda | Rayo Majadahonda | CF Rayo Majadahonda
237 ESP RAY Rayo Vallecano | Vallecano | Vallecano | Rayo Vallecano de Madrid
238 ESP BET Real Betis | Betis | Betis | Real Betis Balompié
239 ESP JAE Real Jaén | | Jaen | Real Jaén CF
240 ESP RMA Real Madrid | | Real Madrid | Real Madrid CF
241 ESP RMC Real Madrid Castilla | RM Castilla | Real Madrid B | Real Madrid B | Real Madrid B
242 ESP MUR Real Murcia | | Murcia | Real Murcia CF
243 ESP OVI Real Oviedo | Oviedo | Oviedo
244 ESP RSO Real Sociedad | Sociedad | Sociedad | Real Sociedad de Fútbol
245 ESP RSB Real Sociedad B | R. Sociedad B | Sociedad B | Real Sociedad de Fútbol B
246 ESP UNI Real Unión | | Real Union | Real Unión Club
247 ESP VLD Real Valladolid | Valladolid | Valladolid | Real Valladolid CF | Real Valladolid CF
248 ESP ZAR Real Zaragoza | Zaragoza | Zaragoza
249 ESP REC Recreativo de Huelva | Recreativo | Recreativo | Real Club Recreativo de Huelva
250 ESP REU Reus | | Reus Deportiu | CF Reus Deportiu | Reus Deportiu, CF Reus Deportiu
251 ESP SAB Sabadell | | Sabadell | CE Sabadell FC, CE Sabadell | CE Sabadell FC, CE Sabadell
252 ESP SAL Salamanca | | Salamanca | UD Salamanca
253 ESP SEV Sevilla | | Sevilla | Sevilla FC | Sevilla FC
254 ESP SVB Sevilla Atlético | Sevilla B | Sevilla B | Sevilla FC B
255 ESP SPG Sporting Gijón | Sp. Gijón | Sp Gijon | Real Sporting de Gijón, Sporting de Gijón | Sporting de Gijón
256 ESP TEN Tenerife | | Tenerife | CD Tenerife | CD Tenerife
257 ESP UCM UCAM Murcia | | UCAM Murcia | UCAM Murcia CF | UCAM Murcia CF
258 ESP VAL Valencia | | Valencia | Valencia CF | Valencia CF
259 ESP VEC Vecindario | | Vecindario | UD Vecindario
260 ESP VIL Villarreal | | Villarreal | Villarreal CF | Villarreal CF
261 ESP VIB Villarreal B | | Villarreal B | Villarreal CF B
262 ESP XER Xerez | | Xerez | Xerez CD

# Paris FC is not Paris Saint-Germain; AC Ajaccio is not Gazélec; SC Bastia is not CA Bastia.
263 FRA ACA AC Ajaccio | Ajaccio | Ajaccio | Athletic Club Ajaccien
264 FRA AMI Amiens | | Amiens | Amiens SC | Amiens SC
265 FRA ANG Angers | | Angers | Angers SCO | Angers SCO
266 FRA ANN Annecy | | Annecy | FC Annecy | FC Annecy
267 FRA ARL Arles-Avignon | | Arles | AC Arles-Avignon
268 FRA AUX Auxerre | | Auxerre | AJ Auxerre | AJ Auxerre
269 FRA BAS Bastia | | Bastia | SC Bastia, Sporting Club de Bastia | SC Bastia
270 FRA BEZ Béziers | | Beziers | AS Béziers, AS Béziers Hérault | AS Béziers
271 FRA BOR Bordeaux | | Bordeaux | FC Girondins de Bordeaux, Girondins de Bordeaux | Girondins de Bordeaux
272 FRA BOU Boulogne | | Boulogne | US Boulogne, US Boulogne Côte d'Opale | US Boulogne, Boulogne-sur-Mer
273 FRA BBP Bourg-en-Bresse | Bourg-Péronnas | Bourg Peronnas | Football Bourg-en-Bresse Péronnas 01 | Bourg en Bresse
274 FRA BRE Brest | | Brest | Stade Brestois 29, Stade Brestois | Stade Brestois 29, Stade Brestois
275 FRA CAB CA Bastia | | CA Bastia | Cercle Athlétique Bastia
276 FRA CAE Caen | | Caen | SM Caen, Stade Malherbe Caen | SM Caen
277 FRA CHM Chambly | | Chambly | FC Chambly Oise, FC Chambly | FC Chambly
278 FRA CHT Châteauroux | | Chateauroux | LB Châteauroux, La Berrichonne de Châteauroux | LB Châteauroux
279 FRA CLF Clermont | | Clermont | Clermont Foot 63, Clermont Foot, Clermont Foot Auvergne 63 | Clermont Foot
280 FRA CON Concarneau | | Concarneau | US Concarneau | US Concarneau
281 FRA CRE Créteil | | Creteil | US Créteil-Lusitanos, US Créteil | US Créteil
282 FRA DIJ Dijon | | Dijon | Dijon FCO, Dijon Football Côte d'Or | Dijon FCO
283 FRA DUN Dunkerque | | Dunkerque | USL Dunkerque | USL Dunkerque
284 FRA ETG Évian Thonon Gaillard | Évian TG | Evian Thonon Gaillard | Évian Thonon Gaillard FC
285 FRA GAZ Gazélec Ajaccio | Gazélec | Ajaccio GFCO | Gazélec FC Ajaccio, GFC Ajaccio | GFC Ajaccio
286 FRA GRE Grenoble | | Grenoble | Grenoble Foot 38 | Grenoble Foot 38
287 FRA GUE Gueugnon | | Gueugnon | FC Gueugnon
288 FRA GUI Guingamp | | Guingamp | EA Guingamp, En Avant Guingamp, En Avant de Guingamp | EA Guingamp
289 FRA IST Istres | | Istres | FC Istres Ouest Provence
290 FRA LAV Laval | | Laval | Stade Lavallois, Stade Lavallois Mayenne FC | Stade Lavallois
291 FRA HAC Le Havre | | Le Havre | Le Havre AC | Le Havre AC
292 FRA LEM Le Mans | | Le Mans | Le Mans FC | Le Mans FC
293 FRA RCL Lens | | Lens | Racing Club de Lens, RC Lens | RC Lens
294 FRA LIB Libourne | | Libourne | FC Libourne-Saint-Seurin
295 FRA LIL Lille | | Lille | Lille OSC, LOSC Lille, LOSC | LOSC Lille, Lille OSC
296 FRA LOR Lorient | | Lorient | FC Lorient, FC Lorient-Bretagne Sud | FC Lorient
297 FRA LYO Lyon | | Lyon | Olympique Lyonnais, Olympique Lyon | Olympique Lyonnais
298 FRA MAR Marseille | | Marseille | Olympique de Marseille, Olympique Marseille | Olympique de Marseille
299 FRA MTG Martigues | | Martigues | FC Martigues | FC Martigues
300 FRA MET Metz | | Metz | FC Metz | FC Metz
301 FRA MON Montpellier | | Montpellier | Montpellier HSC, Montpellier Hérault SC | Montpellier HSC
302 FRA NAL Nancy | | Nancy | AS Nancy-Lorraine, AS Nancy Lorraine, AS Nancy | AS Nancy Lorraine, AS Nancy
303 FRA NAN Nantes | | Nantes | FC Nantes | FC Nantes
304 FRA NIC Nice | | Nice | OGC Nice | OGC Nice
305 FRA NIM Nîmes | | Nimes | Nîmes Olympique | Nîmes Olympique
306 FRA NIO Niort | | Niort | Chamois Niortais FC, Chamois Niortais | Chamois Niortais
307 FRA ORL Orléans | | Orleans | US Orléans, US Orléans Loiret, US Orléans Loiret Football | US Orléans
308 FRA PFC Paris FC | | Paris FC
309 FRA PSG Paris Saint-Germain | PSG | Paris SG | Paris Saint-Germain FC | Paris Saint Germain
310 FRA PAU Pau | | Pau FC | Pau FC | Pau FC
311 FRA QRM Quevilly-Rouen | | Quevilly Rouen | US Quevilly-Rouen Métropole, US Quevilly-Rouen | Quevilly Rouen
312 FRA RSF Red Star FC | | Red Star | Red Star FC 93
313 FRA REI Reims | | Reims | Stade de Reims | Stade de Reims
314 FRA REN Rennes | | Rennes | Stade Rennais FC 1901, Stade Rennais FC, Stade Rennais | Stade Rennais
315 FRA ROD Rodez | | Rodez | Rodez AF, Rodez Aveyron Football | Rodez AF
316 FRA STE Saint-Étienne | | St Etienne | AS Saint-Étienne | Saint Etienne, St Etienne, AS Saint-Étienne
317 FRA SED Sedan | | Sedan | CS Sedan Ardennes
318 FRA SET Sète | | Sete | FC Sète 34
319 FRA SOC Sochaux | | Sochaux | FC Sochaux-Montbéliard, FC Sochaux | FC Sochaux
320 FRA STR Strasbourg | | Strasbourg | RC Strasbourg Alsace, RC Strasbourg | RC Strasbourg
321 FRA TFC Toulouse | | Toulouse | Toulouse FC | Toulouse FC
322 FRA TOU Tours | | Tours | Tours FC | Tours FC
323 FRA TRO Troyes | | Troyes | ES Troyes AC, ESTAC Troyes | ESTAC Troyes
324 FRA VAF Valenciennes | | Valenciennes | Valenciennes FC | Valenciennes FC
325 FRA VAN Vannes | | Vannes | Vannes OC

326 GRC AEK AEK Athens | | | PAE AEK, AEK, AEK Athens FC | AEK Athens FC
327 GRC OLY Olympiacos | | | PAE Olympiakos SFP, Olympiakos, Olympiacos FC | Olympiakos, Olympiacos Piraeus
328 GRC PAN Panathinaikos | | | PAE Panathinaikos AO, Panathinaikos FC | Panathinaikos FC
329 GRC PAO PAOK | | | PAOK FC, PAOK Saloniki, PAE PAOK | PAOK Thessaloniki, PAOK Salonika

330 HRV DIN Dinamo Zagreb | | | GNK Dinamo Zagreb | GNK Dinamo Zagreb
331 HRV HAJ Hajduk Split | | | HNK Hajduk Split | HNK Hajduk Split
332 HRV RIJ Rijeka | | | HNK Rijeka | HNK Rijeka

333 HUN FTC Ferencváros | | | Ferencvárosi TC | Ferencvarosi TC

334 ISR HBS Hapoel Be'er Sheva | Hapoel BS | | Hapoel Be'er Sheva FC, Hapoel Beer Sheva | Hapoel Beer Sheva
335 ISR MHA Maccabi Haifa | | | Maccabi Haifa FC | Maccabi Haifa FC
336 ISR MTA Maccabi Tel Aviv | Maccabi TA | | Maccabi Tel Aviv FC, Maccabi Tel-Aviv | Maccabi Tel-Aviv

# Clubs refounded in their town after a bankruptcy (Parma, Palermo, Bari, Cesena, Reggina, Vicenza ...) stay one club.
# Union Brescia, who grew out of FeralpiSalò in 2025, is neither that club nor Brescia Calcio and has no line yet.
337 ITA MIL AC Milan | Milan | Milan
338 ITA ALB AlbinoLeffe | | Albinoleffe | UC AlbinoLeffe
339 ITA ALE Alessandria | | Alessandria | US Alessandria Calcio 1912, US Alessandria | US Alessandria
340 ITA ANC Ancona | | Ancona
341 ITA ARE Arezzo | | Arezzo | SS Arezzo | SS Arezzo
342 ITA ASC Ascoli | | Ascoli | Ascoli Calcio 1898 FC, Ascoli Picchio FC 1898 | Ascoli Calcio
343 ITA ATA Atalanta | | Atalanta | Atalanta BC | Atalanta BC
344 ITA AVE Avellino | | Avellino | US Avellino 1912, US Avellino | US Avellino
345 ITA BAR Bari | | Bari | SSC Bari, FC Bari 1908 | SSC Bari
346 ITA BEN Benevento | | Benevento | Benevento Calcio | Benevento Calcio
347 ITA BOL Bologna | | Bologna | Bologna FC 1909, Bologna FC | Bologna FC
348 ITA BRE Brescia | | Brescia | Brescia Calcio | Brescia Calcio
349 ITA CAG Cagliari | | Cagliari | Cagliari Calcio | Cagliari Calcio
350 ITA CRP Carpi | | Carpi | Carpi FC 1909 | Carpi FC
351 ITA CRR Carrarese | | Carrarese | Carrarese Calcio, Carrarese Calcio 1908 | Carrarese Calcio
352 ITA CAT Catania | | Catania | Calcio Catania
353 ITA CTZ Catanzaro | | Catanzaro | US Catanzaro 1929, US Catanzaro | US Catanzaro
354 ITA CES Cesena | | Cesena | Cesena FC, AC Cesena | Cesena FC
355 ITA CHV Chievo | | Chievo | AC ChievoVerona, AC Chievo Verona, Chievo Verona | Chievo Verona
356 ITA CIT Cittadella | | Cittadella | AS Cittadella | AS Cittadella
357 ITA COM Como | | Como | Como 1907 | Como 1907
358 ITA COS Cosenza | | Cosenza | Cosenza Calcio | Cosenza Calcio
359 ITA CRE Cremonese | | Cremonese | US Cremonese | US Cremonese
360 ITA CRO Crotone | | Crotone | FC Crotone | FC Crotone
361 ITA EMP Empoli | | Empoli | Empoli FC | Empoli FC
362 ITA FER FeralpiSalò | | FeralpiSalo | AC FeralpiSalò
363 ITA FIO Fiorentina | | Fiorentina | ACF Fiorentina | ACF Fiorentina
364 ITA FOG Foggia | | Foggia | Calcio Foggia 1920, Foggia Calcio | Foggia Calcio
365 ITA FRO Frosinone | | Frosinone | Frosinone Calcio | Frosinone Calcio
366 ITA GAL Gallipoli | | Gallipoli
367 ITA GEN Genoa | | Genoa | Genoa CFC | Genoa CFC
368 ITA GRO Grosseto | | Grosseto | US Grosseto FC
369 ITA GUB Gubbio | | Gubbio | AS Gubbio 1910
370 ITA VER Hellas Verona | Verona | Verona | Hellas Verona FC | Hellas Verona FC
371 ITA INT Inter Milan | Inter | Inter | FC Internazionale Milano, Internazionale | Internazionale
372 ITA JST Juve Stabia | | Juve Stabia | SS Juve Stabia | SS Juve Stabia
373 ITA JUV Juventus | | Juventus | Juventus FC | Juventus FC
374 ITA LAT Latina | | Latina | US Latina Calcio, Latina Calcio 1932 | US Latina Calcio
375 ITA LAZ Lazio | | Lazio | SS Lazio | SS Lazio, Lazio Roma
376 ITA LEC Lecce | | Lecce | US Lecce | US Lecce
377 ITA LCO Lecco | | Lecco | Calcio Lecco 1912 | Calcio Lecco
378 ITA LIV Livorno | | Livorno | AS Livorno Calcio, US Livorno 1915 | AS Livorno
379 ITA MAN Mantova | | Mantova | Mantova 1911 | Mantova 1911
380 ITA MES Messina | | Messina | ACR Messina
381 ITA MOD Modena | | Modena | Modena FC, Modena FC 2018 | Modena FC
382 ITA MON Monza | | Monza | AC Monza | AC Monza
383 ITA NAP Napoli | | Napoli | SSC Napoli | SSC Napoli
384 ITA NOC Nocerina | | Nocerina | ASG Nocerina
385 ITA NOV Novara | | Novara | Novara Calcio, Novara FC | Novara Calcio
386 ITA PAD Padova | | Padova | Calcio Padova | Calcio Padova
387 ITA PAL Palermo | | Palermo | US Città di Palermo, Palermo FC, US Palermo | Palermo FC
388 ITA PAR Parma | | Parma | Parma Calcio 1913, Parma FC | Parma Calcio 1913, Parma Calcio
389 ITA PER Perugia | | Perugia | AC Perugia Calcio, AC Perugia | AC Perugia
390 ITA PES Pescara | | Pescara | Delfino Pescara 1936, Pescara Calcio | Delfino Pescara
391 ITA PIA Piacenza | | Piacenza | Piacenza Calcio
392 ITA PIS Pisa | | Pisa | AC Pisa 1909, Pisa SC, Pisa Sporting Club | Pisa SC
393 ITA POR Pordenone | | Pordenone | Pordenone Calcio | Pordenone Calcio
394 ITA PTG Portogruaro | | Portogruaro | Portosummaga
395 ITA PRV Pro Vercelli | | Pro Vercelli | FC Pro Vercelli 1892 | FC Pro Vercelli
396 ITA RAV Ravenna | | Ravenna | Ravenna FC
397 ITA REG Reggiana | | Reggiana | AC Reggiana 1919, AC Reggiana | AC Reggiana
398 ITA RGN Reggina | | Reggina | Reggina 1914, Reggina Calcio | Reggina 1914
399 ITA RIM Rimini | | Rimini | Rimini FC
400 ITA ROM Roma | | Roma | AS Roma | AS Roma
401 ITA SAL Salernitana | | Salernitana | US Salernitana 1919, US Salernitana | US Salernitana
402 ITA SAM Sampdoria | | Sampdoria | UC Sampdoria | UC Sampdoria
403 ITA SAS Sassuolo | | Sassuolo | US Sassuolo Calcio, US Sassuolo | US Sassuolo
404 ITA SIE Siena | | Siena | AC Siena, ACN Siena 1904
405 ITA SPL SPAL | | Spal | SPAL 2013, SPAL Ferrara | SPAL 2013
406 ITA SPE Spezia | | Spezia | Spezia Calcio | Spezia Calcio
407 ITA SUD Südtirol | | Sudtirol | FC Südtirol, FC Südtirol-Alto Adige | FC Südtirol
408 ITA TER Ternana | | Ternana | Ternana Calcio | Ternana Calcio
409 ITA TOR Torino | | Torino | Torino FC | Torino FC
410 ITA TRA Trapani | | Trapani | Trapani Calcio | Trapani Calcio
411 ITA TRE Treviso | | Treviso
412 ITA TRI Triestina | | Triestina | US Triestina Calcio
413 ITA UDI Udinese | | Udinese | Udinese Calcio | Udinese Calcio
414 ITA VAR Varese | | Varese | AS Varese 1910
415 ITA VEN Venezia | | Venezia | Venezia FC | Venezia FC
416 ITA VIC Vicenza | | Vicenza | LR Vicenza, LR Vicenza Virtus, Vicenza Calcio | LR Vicenza
417 ITA ENT Virtus Entella | Entella | Virtus Entella, Entella
418 ITA LAN Virtus Lanciano | Lanciano | Virtus Lanciano | SS Virtus Lanciano 1924

419 KAZ AST Astana | | | FK Astana | FC Astana
420 KAZ KAI Kairat Almaty | Kairat | | FK Kairat, FC Kairat | FC Kairat

421 MCO ASM Monaco | | Monaco | AS Monaco FC, AS Monaco | AS Monaco

422 MDA SHE Sheriff Tiraspol | Sheriff | | FC Sheriff, FC Sheriff Tiraspol | FC Sheriff Tiraspol

423 NLD ADO ADO Den Haag | Den Haag | Den Haag
424 NLD AJA Ajax | | Ajax | AFC Ajax, Ajax Amsterdam | AFC Ajax, Ajax Amsterdam
425 NLD ALM Almere City | | Almere City | Almere City FC | Almere City FC
426 NLD AZA AZ Alkmaar | | AZ Alkmaar | AZ | AZ
427 NLD CAM Cambuur | | Cambuur | SC Cambuur, SC Cambuur-Leeuwarden | SC Cambuur
428 NLD GRA De Graafschap | Graafschap | Graafschap
429 NLD DOR Dordrecht | | Dordrecht | FC Dordrecht | FC Dordrecht
430 NLD EXC Excelsior | | Excelsior | SBV Excelsior | SBV Excelsior, Excelsior Rotterdam
431 NLD EMM FC Emmen | Emmen | FC Emmen
432 NLD GRO FC Groningen | Groningen | Groningen
433 NLD TWE FC Twente | Twente | Twente | FC Twente '65, FC Twente Enschede | FC Twente Enschede, Twente Enschede
434 NLD UTR FC Utrecht | Utrecht | Utrecht
435 NLD VOL FC Volendam | Volendam | Volendam
436 NLD FEY Feyenoord | | Feyenoord | Feyenoord Rotterdam | Feyenoord Rotterdam
437 NLD FOR Fortuna Sittard | F. Sittard | For Sittard
438 NLD GAE Go Ahead Eagles | GA Eagles | Go Ahead Eagles
439 NLD HEE Heerenveen | | Heerenveen | SC Heerenveen | SC Heerenveen
440 NLD HER Heracles | | Heracles | Heracles Almelo | Heracles Almelo
441 NLD NAC NAC Breda | | NAC Breda | NAC
442 NLD NEC NEC Nijmegen | | Nijmegen | NEC | NEC
443 NLD ZWO PEC Zwolle | Zwolle | Zwolle
444 NLD PSV PSV Eindhoven | PSV | PSV Eindhoven
445 NLD RBC RBC Roosendaal | Roosendaal | Roosendaal
446 NLD RKC RKC Waalwijk | Waalwijk | Waalwijk
447 NLD ROD Roda JC | | Roda, Roda JC | Roda JC Kerkrade | Roda JC Kerkrade
448 NLD SPA Sparta Rotterdam | Sp. Rotterdam | Sparta, Sparta Rotterdam
449 NLD TEL Telstar | | Telstar | Telstar 1963, SC Telstar | SC Telstar
450 NLD VIT Vitesse | | Vitesse | SBV Vitesse, Vitesse Arnhem | Vitesse Arnhem
451 NLD VVV VVV-Venlo | VVV | VVV Venlo | | VVV Venlo
452 NLD WIL Willem II | | Willem II | Willem II Tilburg | Willem II Tilburg

453 NOR BOD Bodø/Glimt | | | FK Bodø/Glimt | Bodo Glimt, Bodø / Glimt, FK Bodø/Glimt
454 NOR BRA Brann | | | SK Brann | SK Brann
455 NOR MOL Molde | | | Molde FK | Molde FK
456 NOR ROS Rosenborg | | | Rosenborg BK | Rosenborg BK
457 NOR VIK Viking | | | Viking FK | Viking FK, Viking Stavanger

458 POL JAG Jagiellonia Białystok | Jagiellonia | | Jagiellonia Bialystok | Jagiellonia Bialystok
459 POL LEC Lech Poznań | | | KKS Lech Poznań
460 POL LEG Legia Warszawa | | | Legia Warsaw | Legia Warsaw
461 POL RAK Raków Częstochowa | Raków | | RKS Raków Częstochowa

# Belenenses covers the company (Belenenses SAD, B-SAD) that held the place from 2018 to 2022. Estrela da Amadora was
# refounded after 2011: one club. AVS came from Vila Franca de Xira and is not Desportivo das Aves.
462 PRT ACD Académica | | Academica | Associação Académica de Coimbra, Académica de Coimbra
463 PRT ALV Alverca | | Alverca | FC Alverca | FC Alverca
464 PRT ARO Arouca | | Arouca | FC Arouca | FC Arouca
465 PRT AVS AVS | | AVS | AVS Futebol SAD, AVS Futebol | AVS Futebol SAD
466 PRT BEI Beira-Mar | | Beira Mar | SC Beira-Mar
467 PRT BEL Belenenses | | Belenenses | CF Os Belenenses, Belenenses SAD, B-SAD | Belenenses SAD, B SAD
468 PRT BEN Benfica | | Benfica | Sport Lisboa e Benfica, SL Benfica | SL Benfica
469 PRT BOA Boavista | | Boavista | Boavista FC | Boavista FC, Boavista Porto
470 PRT CPA Casa Pia | | Casa Pia | Casa Pia AC | Casa Pia AC
471 PRT CHA Chaves | | Chaves | GD Chaves | GD Chaves
472 PRT AVE Desportivo das Aves | Aves | Aves | CD das Aves, CD Aves | CD Aves
473 PRT EST Estoril | | Estoril | GD Estoril Praia, Estoril Praia | Estoril Praia
474 PRT AMA Estrela da Amadora | Estrela | Est Amadora, Estrela | CF Estrela da Amadora | CF Estrela, Estrela Amadora
475 PRT FAM Famalicão | | Famalicao | FC Famalicão | FC Famalicão
476 PRT FAR Farense | | Farense | SC Farense | SC Farense
477 PRT FEI Feirense | | Feirense | CD Feirense | CD Feirense
478 PRT GIL Gil Vicente | | Gil Vicente | Gil Vicente FC | Gil Vicente FC
479 PRT LEX Leixões | | Leixoes | Leixões SC | Leixões SC
480 PRT MAR Marítimo | | Maritimo | CS Marítimo | CS Marítimo
481 PRT MOR Moreirense | | Moreirense | Moreirense FC | Moreirense FC
482 PRT NAC Nacional | | Nacional | CD Nacional, CD Nacional de Madeira | CD Nacional, Nacional da Madeira
483 PRT NAV Naval | | Naval | Associação Naval 1º de Maio
484 PRT OLH Olhanense | | Olhanense | SC Olhanense
485 PRT PAC Paços de Ferreira | Paços Ferreira | Pacos Ferreira | FC Paços de Ferreira
486 PRT PEN Penafiel | | Penafiel | FC Penafiel | FC Penafiel
487 PRT PTM Portimonense | | Portimonense | Portimonense SC | Portimonense SC
488 PRT POR Porto | FC Porto | Porto
489 PRT RIO Rio Ave | | Rio Ave | Rio Ave FC | Rio Ave FC
490 PRT SCL Santa Clara | | Santa Clara | CD Santa Clara | CD Santa Clara
491 PRT BRA Sporting Braga | Braga | Sp Braga | Sporting Clube de Braga, SC Braga | SC Braga
492 PRT SCP Sporting CP | | Sp Lisbon | Sporting Clube de Portugal | Sporting Lisbon
493 PRT TON Tondela | | Tondela | CD Tondela | CD Tondela
494 PRT TRF Trofense | | Trofense | CD Trofense
495 PRT UMA União da Madeira | União Madeira | Uniao Madeira | CF União, CF União Madeira
496 PRT LEI União de Leiria | Leiria | Leiria | UD Leiria | UD Leiria
497 PRT VSC Vitória Guimarães | V. Guimarães | Guimaraes | Vitória SC, Vitória de Guimarães | Vitória SC, Guimarães
498 PRT SET Vitória Setúbal | V. Setúbal | Setubal | Vitória FC, Vitória de Setúbal | Vitória FC, Vitória de Setúbal
499 PRT VIZ Vizela | | Vizela | FC Vizela | FC Vizela

500 ROU CFR CFR Cluj | | | CFR 1907 Cluj | CFR 1907 Cluj
501 ROU FCS FCSB | | | | Steaua Bucuresti, Steaua Bucharest

502 RUS CSK CSKA Moscow | | | PFK CSKA Moskva, CSKA Moskva, PFC CSKA Moskva | CSKA Moskva
503 RUS KRA Krasnodar | | | FK Krasnodar | FC Krasnodar
504 RUS LOM Lokomotiv Moscow | Lok. Moscow | | FK Lokomotiv Moskva, Lokomotiv Moskva | Lokomotiv Moskva
505 RUS SPM Spartak Moscow | | | FK Spartak Moskva, Spartak Moskva | Spartak Moskva
506 RUS ZEN Zenit | | | FK Zenit Sankt-Petersburg, Zenit St. Petersburg | Zenit St Petersburg, Zenit Saint Petersburg

507 SCO CEL Celtic | | | Celtic FC, Celtic Glasgow | Celtic FC
508 SCO HEA Hearts | | | Heart of Midlothian FC, Heart of Midlothian | Heart of Midlothian
509 SCO RAN Rangers | | | Rangers FC, Glasgow Rangers | Rangers FC, Glasgow Rangers

510 SRB PAR Partizan | | | FK Partizan Belgrade, FK Partizan, FK Partizan Beograd | Partizan Belgrade
511 SRB CZV Red Star Belgrade | Crvena Zvezda | | FK Crvena Zvezda, Crvena zvezda Beograd | FK Crvena Zvezda

512 SVK SLO Slovan Bratislava | Slovan | | ŠK Slovan Bratislava | SK Slovan Bratislava

513 SVN CLJ Celje | | | NK Celje | NK Celje
514 SVN MRB Maribor | | | NK Maribor | NK Maribor
515 SVN OLI Olimpija Ljubljana | Olimpija | | NK Olimpija Ljubljana | NK Olimpija Ljubljana

516 SWE HAC Häcken | | | BK Häcken | BK Häcken
517 SWE MAL Malmö | | | Malmö FF | Malmo FF

518 TUR BAS Başakşehir | | | İstanbul Başakşehir FK, İstanbul Başakşehir | Istanbul Basaksehir, Istanbul Basaksehir FK
519 TUR BJK Beşiktaş | | | Beşiktaş JK | Besiktas JK
520 TUR FEN Fenerbahçe | | | Fenerbahçe SK | Fenerbahce SK
521 TUR GAL Galatasaray | | | Galatasaray SK | Galatasaray SK
522 TUR TRA Trabzonspor | | | Trabzonspor AŞ

523 UKR DYN Dynamo Kyiv | | | FK Dynamo Kyiv, FC Dynamo Kyiv, Dynamo Kiev | FC Dynamo Kyiv, Dynamo Kiev
524 UKR SHK Shakhtar Donetsk | Shakhtar | | FK Shakhtar Donetsk, FC Shakhtar Donetsk | FC Shakhtar Donetsk

525 WAL CAR Cardiff City | Cardiff | Cardiff | Cardiff City FC
526 WAL SWA Swansea City | Swansea | Swansea | Swansea City AFC
527 WAL WRE Wrexham | | Wrexham | Wrexham AFC | Wrexham AFC

# The demonstration league: invented clubs, far from the numbers of real ones.
9001 DEMO ANC Démo Ancolie | | Démo Ancolie
9002 DEMO BLE Démo Bleuet | | Démo Bleuet
9003 DEMO CAM Démo Camélia | | Démo Camélia
9004 DEMO DAH Démo Dahlia | | Démo Dahlia
9005 DEMO EGL Démo Églantine | | Démo Églantine
9006 DEMO FUS Démo Fuchsia | | Démo Fuchsia
9007 DEMO GEN Démo Genêt | | Démo Genêt
9008 DEMO HOR Démo Hortensia | | Démo Hortensia
9009 DEMO IRI Démo Iris | | Démo Iris
9010 DEMO JAS Démo Jasmin | | Démo Jasmin
"""

ALSO_CALLED = {
    "OM": "Marseille", "OL": "Lyon", "LOSC": "Lille", "Stade Rennais": "Rennes", "ASSE": "Saint-Étienne",
    "Barça": "Barcelona", "FC Barcelone": "Barcelona", "Barcelone": "Barcelona",
    "Milan AC": "AC Milan", "Inter de Milan": "Inter Milan", "Juve": "Juventus", "Juventus Turin": "Juventus",
    "Naples": "Napoli", "AS Rome": "Roma", "FC Séville": "Sevilla", "Séville FC": "Sevilla",
    "Bayern de Munich": "Bayern Munich", "Man U": "Manchester United", "Atlético de Madrid": "Atlético Madrid",
}  # fmt: skip
"""What the press and people call clubs beside what our sources do."""
TEAMS: tuple[Team, ...] = tuple(_club(line) for line in _TABLE.splitlines() if line and not line.startswith("#"))
"""Every club, by country and there by name."""


def index(teams: Iterable[Team]) -> Mapping[tuple[Source, str], Team]:
    """The clubs by source and spelling (`shared.football.team.spelling`).

    Raises:
        ValueError: Two clubs share a spelling of one source, so that the spelling names neither.
    """
    found: dict[tuple[Source, str], Team] = {}
    for team in teams:
        for source, names in team.aliases.items():
            for name in names:
                other = found.setdefault((source, spelling(name)), team)
                if other is not team:
                    raise ValueError(
                        f"{source} spelling {name!r} stands for both {other.team_id} {other.name} and "
                        f"{team.team_id} {team.name}: keep it on the one line that the source means"
                    )
    return MappingProxyType(found)


_BY_SPELLING = index(TEAMS)
_BY_ID = {team.team_id: team for team in TEAMS}


def find(source: Source, name: str) -> Team | None:
    """The club that a source calls by this name (case, accents and points aside), or None: likeness does not count."""
    return _BY_SPELLING.get((source, spelling(name)))


def by_id(team_id: int) -> Team | None:
    """The club of this id, or None."""
    return _BY_ID.get(team_id)
