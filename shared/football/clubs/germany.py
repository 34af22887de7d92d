"""Clubs of Germany; the format is described in `shared.football.teams`."""

TABLE = """
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
"""
