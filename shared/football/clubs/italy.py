"""Clubs of Italy; the format is described in `shared.football.teams`."""

TABLE = """
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
"""
