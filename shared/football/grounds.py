"""Coordinates of home grounds, for weather forecasts.

One line a club: id, latitude, longitude (degrees, WGS 84), name as a reading aid. The forecast grid is nine kilometres
wide, so a hundred metres are precise enough. Covers the five leagues, clubs that may be promoted to them, and regular
Champions League participants; other clubs have no weather.
"""

from dataclasses import dataclass

_TABLE = """
118 51.555 -0.108 Arsenal
119 52.509 -1.885 Aston Villa
121 52.476 -1.868 Birmingham City
122 53.729 -2.489 Blackburn Rovers
125 50.735 -1.838 Bournemouth
126 51.491 -0.289 Brentford
127 50.862 -0.084 Brighton & Hove Albion
128 51.440 -2.620 Bristol City
129 53.789 -2.230 Burnley
131 51.486 0.036 Charlton Athletic
132 51.482 -0.191 Chelsea
134 52.448 -1.496 Coventry City
136 51.398 -0.086 Crystal Palace
137 52.915 -1.447 Derby County
139 53.425 -3.003 Everton
140 51.475 -0.222 Fulham
142 53.746 -0.368 Hull City
143 52.055 1.145 Ipswich Town
144 53.778 -1.572 Leeds United
145 52.620 -1.142 Leicester City
147 53.431 -2.961 Liverpool
148 51.884 -0.432 Luton Town
149 53.483 -2.200 Manchester City
150 53.463 -2.291 Manchester United
151 54.578 -1.217 Middlesbrough
152 51.486 -0.051 Millwall
154 54.976 -1.622 Newcastle United
155 52.622 1.309 Norwich City
156 52.940 -1.133 Nottingham Forest
157 51.716 -1.208 Oxford United
160 50.796 -1.064 Portsmouth
161 53.772 -2.688 Preston North End
162 51.509 -0.232 Queens Park Rangers
166 53.370 -1.471 Sheffield United
167 53.411 -1.501 Sheffield Wednesday
168 50.906 -1.391 Southampton
170 52.988 -2.176 Stoke City
171 54.914 -1.388 Sunderland
172 51.604 -0.066 Tottenham Hotspur
173 51.650 -0.402 Watford
174 52.509 -1.964 West Bromwich Albion
175 51.539 -0.017 West Ham United
177 52.590 -2.130 Wolverhampton Wanderers
525 51.473 -3.203 Cardiff City
526 51.643 -3.935 Swansea City
527 53.052 -3.004 Wrexham

# Betis plays at La Cartuja while its own ground is built anew (from 2025 on).
180 38.981 -1.852 Albacete
184 36.840 -2.435 Almería
186 43.264 -2.949 Athletic Bilbao
187 40.436 -3.600 Atlético Madrid
189 41.381 2.123 Barcelona
191 42.344 -3.681 Burgos
192 36.503 -6.273 Cádiz
194 39.996 -0.035 Castellón
196 42.212 -8.740 Celta Vigo
199 37.872 -4.764 Córdoba
201 42.837 -2.688 Deportivo Alavés
202 43.369 -8.417 Deportivo La Coruña
203 43.182 -2.476 Eibar
204 38.267 -0.663 Elche
206 41.348 2.076 Espanyol
209 40.326 -3.715 Getafe
211 41.961 2.829 Girona
212 37.153 -3.596 Granada
216 42.132 -0.425 Huesca
218 28.100 -15.457 Las Palmas
219 40.340 -3.761 Leganés
220 39.495 -0.364 Levante
226 36.734 -4.426 Málaga
228 39.590 2.630 Mallorca
229 42.681 -2.935 Mirandés
231 42.797 -1.637 Osasuna
235 43.476 -3.793 Racing Santander
237 40.392 -3.659 Rayo Vallecano
238 37.417 -6.005 Real Betis
240 40.453 -3.688 Real Madrid
243 43.361 -5.870 Real Oviedo
244 43.301 -1.974 Real Sociedad
247 41.644 -4.761 Real Valladolid
248 41.637 -0.902 Real Zaragoza
253 37.384 -5.971 Sevilla
255 43.536 -5.637 Sporting Gijón
256 28.463 -16.261 Tenerife
258 39.475 -0.358 Valencia
260 39.944 -0.104 Villarreal

53 48.669 10.139 1. FC Heidenheim
54 50.934 6.875 1. FC Köln
55 52.125 11.671 1. FC Magdeburg
56 49.426 11.126 1. FC Nürnberg
60 52.031 8.517 Arminia Bielefeld
61 51.038 7.002 Bayer Leverkusen
62 48.219 11.625 Bayern Munich
63 51.493 7.452 Borussia Dortmund
64 51.175 6.385 Borussia Mönchengladbach
66 49.858 8.672 Darmstadt 98
67 51.040 13.748 Dynamo Dresden
68 52.290 10.522 Eintracht Braunschweig
69 50.069 8.645 Eintracht Frankfurt
72 48.323 10.886 FC Augsburg
74 53.555 9.968 FC St. Pauli
75 51.262 6.733 Fortuna Düsseldorf
77 49.487 10.999 Greuther Fürth
78 53.587 9.899 Hamburger SV
79 52.360 9.731 Hannover 96
81 52.515 13.239 Hertha Berlin
82 49.239 8.888 Hoffenheim
83 54.349 10.124 Holstein Kiel
85 49.435 7.777 Kaiserslautern
86 49.020 8.413 Karlsruher SC
88 49.984 8.224 Mainz 05
90 51.930 7.625 Preußen Münster
91 51.346 12.348 RB Leipzig
95 48.022 7.830 SC Freiburg
96 51.731 8.711 SC Paderborn
97 51.555 7.068 Schalke 04
100 49.317 7.120 SV Elversberg
103 52.457 13.568 Union Berlin
105 48.792 9.232 VfB Stuttgart
106 51.490 7.237 VfL Bochum
108 52.433 10.804 VfL Wolfsburg
112 53.066 8.838 Werder Bremen

337 45.478 9.124 AC Milan
343 45.709 9.681 Atalanta
345 41.085 16.840 Bari
347 44.492 11.310 Bologna
349 39.200 9.138 Cagliari
353 38.917 16.585 Catanzaro
354 44.140 12.262 Cesena
357 45.814 9.072 Como
359 45.140 10.035 Cremonese
361 43.726 10.955 Empoli
363 43.781 11.282 Fiorentina
365 41.634 13.322 Frosinone
367 44.416 8.953 Genoa
370 45.435 10.969 Hellas Verona
371 45.478 9.124 Inter Milan
373 45.110 7.641 Juventus
375 41.934 12.455 Lazio
376 40.365 18.209 Lecce
381 44.655 10.923 Modena
382 45.583 9.308 Monza
383 40.828 14.193 Napoli
386 45.432 11.856 Padova
387 38.153 13.342 Palermo
388 44.795 10.338 Parma
392 43.725 10.400 Pisa
397 44.715 10.650 Reggiana
400 41.934 12.455 Roma
401 40.645 14.824 Salernitana
402 44.416 8.953 Sampdoria
403 44.715 10.650 Sassuolo
406 44.102 9.808 Spezia
407 46.489 11.334 Südtirol
409 45.042 7.650 Torino
413 46.082 13.200 Udinese
415 45.428 12.364 Venezia

# Paris FC's ground (since 2025) is across the street from Paris Saint-Germain's.
264 49.894 2.264 Amiens
265 47.460 -0.531 Angers
266 45.916 6.118 Annecy
268 47.787 3.589 Auxerre
269 42.651 9.443 Bastia
274 48.403 -4.462 Brest
276 49.179 -0.397 Caen
279 45.816 3.122 Clermont
283 51.036 2.389 Dunkerque
286 45.187 5.740 Grenoble
288 48.566 -3.165 Guingamp
290 48.083 -0.756 Laval
291 49.499 0.170 Le Havre
292 47.959 0.225 Le Mans
293 50.433 2.815 Lens
295 50.612 3.130 Lille
296 47.749 -3.369 Lorient
297 45.765 4.982 Lyon
298 43.270 5.396 Marseille
300 49.110 6.159 Metz
301 43.622 3.812 Montpellier
302 48.695 6.211 Nancy
303 47.256 -1.525 Nantes
304 43.705 7.193 Nice
308 48.843 2.253 Paris FC
309 48.841 2.253 Paris Saint-Germain
312 48.906 2.341 Red Star FC
313 49.247 4.025 Reims
314 48.107 -1.713 Rennes
315 44.352 2.564 Rodez
316 45.461 4.390 Saint-Étienne
320 48.560 7.755 Strasbourg
321 43.583 1.434 Toulouse
323 48.307 4.098 Troyes
421 43.728 7.415 Monaco

5 47.816 12.998 Red Bull Salzburg
6 47.046 15.454 Sturm Graz
7 40.397 49.852 Qarabağ
13 51.193 3.181 Club Brugge
41 47.542 7.620 Basel
45 46.963 7.465 Young Boys
50 50.068 14.472 Slavia Praha
51 50.100 14.416 Sparta Praha
115 55.703 12.572 FC København
327 37.946 23.665 Olympiacos
330 45.819 16.018 Dinamo Zagreb
420 43.238 76.924 Kairat Almaty
424 52.314 4.942 Ajax
436 51.894 4.523 Feyenoord
444 51.442 5.468 PSV Eindhoven
453 67.277 14.385 Bodø/Glimt
468 38.753 -9.185 Benfica
488 41.162 -8.584 Porto
492 38.761 -9.161 Sporting CP
507 55.850 -4.206 Celtic
509 55.853 -4.309 Rangers
511 44.783 20.465 Red Star Belgrade
512 48.163 17.137 Slovan Bratislava
520 40.988 29.037 Fenerbahçe
521 41.103 28.991 Galatasaray
"""


@dataclass(frozen=True, slots=True, order=True)
class Ground:
    """Coordinates in degrees."""

    latitude: float
    longitude: float


def _ground(line: str) -> tuple[int, Ground]:
    team_id, latitude, longitude, _ = line.split(maxsplit=3)
    return int(team_id), Ground(float(latitude), float(longitude))


GROUNDS = dict(_ground(line) for line in _TABLE.splitlines() if line and not line.startswith("#"))
"""Grounds by team id."""


def ground_of(home_team_id: int, stage: str) -> Ground | None:
    """The ground of a match; None if unknown, as for a final on neutral ground."""
    return None if stage == "FINAL" else GROUNDS.get(home_team_id)
