"""Clubs of France and Monaco; the format is described in `shared.football.teams`."""

TABLE = """
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

421 MCO ASM Monaco | | Monaco | AS Monaco FC, AS Monaco | AS Monaco
"""
