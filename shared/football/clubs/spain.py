"""Clubs of Spain and Andorra; the format is described in `shared.football.teams`."""

TABLE = """
1 AND AND FC Andorra | Andorra | Andorra | | Andorra CF

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
"""
