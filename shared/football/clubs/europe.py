"""Clubs of the other countries of Europe; the format is described in `shared.football.teams`."""

TABLE = """
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

114 DNK BRO Brøndby | | | Brøndby IF | Brondby IF
115 DNK FCK FC København | København | | FC Copenhagen | FC Copenhagen, Copenhagen
116 DNK FCM Midtjylland | | | FC Midtjylland | FC Midtjylland
117 DNK FCN Nordsjælland | | | FC Nordsjælland | FC Nordsjaelland, Nordsjaelland

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

419 KAZ AST Astana | | | FK Astana | FC Astana
420 KAZ KAI Kairat Almaty | Kairat | | FK Kairat, FC Kairat | FC Kairat

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
"""
