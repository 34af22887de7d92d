"""Clubs of England and Wales; the format is described in `shared.football.teams`."""

TABLE = """
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

525 WAL CAR Cardiff City | Cardiff | Cardiff | Cardiff City FC
526 WAL SWA Swansea City | Swansea | Swansea | Swansea City AFC
527 WAL WRE Wrexham | | Wrexham | Wrexham AFC | Wrexham AFC
"""
