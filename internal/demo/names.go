package demo

var surnames = []string{
	"Brandt", "Voss", "Petersen", "Lindqvist", "Schröder", "Köhler", "Jäger", "Bakker", "Dubois", "Rossi", "Nowak",
	"Hansen", "Möller", "Krüger", "Thomsen", "Andresen", "Jansen", "Vogel", "Richter", "Weiß", "Lange", "Franke",
	"Albers", "Behrens", "Carstens", "Dierks", "Eggers", "Feddersen", "Gerdes", "Harms", "Ihde", "Kröger", "Lührs",
	"Meinert", "Nissen", "Oltmann", "Paulsen", "Quast", "Rathjen", "Siemers", "Tietjen", "Ulrich", "Wiebe", "Zander",
	"Becker", "Fuchs", "Graf", "Hauser", "Keller", "Lorenz", "Martens", "Otto", "Pohl", "Reimers", "Sander", "Winkler",
}

var trades = []string{
	"Logistik", "Maschinenbau", "Elektrotechnik", "Hochbau", "Hafenservice", "Metallbau", "Klimatechnik", "Druckerei",
	"Lebensmittel", "Medizintechnik", "Textil", "Verpackung", "Haustechnik", "Möbelwerk", "Fördertechnik", "Gärtnerei",
}

var legalForms = []string{"GmbH", "GmbH", "GmbH", "KG", "AG", "GmbH & Co. KG", "e.K."}

var cities = []string{
	"Hamburg", "Bremen", "Kiel", "Lübeck", "Rostock", "Hannover", "Flensburg", "Oldenburg", "Lüneburg", "Schwerin",
	"Köln", "Münster", "Göttingen", "Würzburg", "Leipzig",
}

var surnamesAbroad = []string{
	"Ashford", "Bellamy", "Carver", "Dalton", "Ellison", "Fairbanks", "Garrison", "Holloway", "Ingram", "Jefferson",
	"Kendrick", "Lawson", "Merritt", "Northrup", "Osborne", "Prescott", "Quigley", "Ramsey", "Sheridan", "Thornton",
	"Upton", "Vance", "Whitaker", "Yardley",
}

var tradesAbroad = []string{"Marine", "Pump Works", "Industrial Supply", "Foods", "Process Systems", "Shipyard", "Controls", "Plastics"}

var legalFormsAbroad = []string{"Inc.", "LLC", "Corp.", "Co."}

var citiesAbroad = []string{"Baltimore", "Norfolk", "Savannah", "Houston", "Portland", "Charleston", "Mobile", "Tampa"}

// twins are the near-duplicate names: one firm each, known under two ids.
var twins = [...][2]string{
	{"Acme Werkzeuge GmbH", "ACME Werkzeuge Gmbh"},
	{"Müller & Söhne KG", "Mueller & Soehne KG"},
	{"Baltic Freight Services Ltd", "Baltic Freight Services Limited"},
	{"Atelier Moreau S.A.R.L.", "Atelier Moreau SARL"},
	{"Hansa Kältetechnik GmbH & Co. KG", "Hansa-Kältetechnik GmbH & Co KG"},
	{"Van Dijk Verpakking B.V.", "van Dijk  Verpakking BV"},
}

// groupNames are the parent and its three subsidiaries.
var groupNames = [...]string{"Ostsee Holding AG", "Ostsee Reederei GmbH", "Ostsee Werft GmbH", "Ostsee Terminal GmbH"}

const largestName = "Kronberg Anlagenbau AG"

var owners = [...]string{
	"Anke Petersen", "Jonas Reuter", "Miriam Vogt", "Tarek Aydin", "Sophie Laurent", "Henrik Dahl", "Katrin Ebeling",
}

var engineers = [...]string{
	"Ole Harder", "Birte Klaassen", "Deniz Kaya", "Frank Uhlig", "Gesa Wulf", "Hauke Timm", "Ines Barbosa", "Jan Kowalski",
	"Karim Haddad", "Lena Ostermann", "Marek Zielinski", "Nele Brodersen", "Pavel Dvorak", "Rike Stahl", "Sven Olsen",
	"Tom Gehrke", "Uta Schramm", "Vera Lund",
}

var warehousePeople = [...]string{"Dirk Lehmann", "Eva Sommer", "Mats Holm"}

var deskPeople = [...]string{"Carla Neumann", "Finn Bauer"}

var firstNames = []string{
	"Anna", "Bernd", "Claudia", "Daniel", "Elke", "Florian", "Greta", "Holger", "Irene", "Julia", "Klaus", "Laura",
	"Martin", "Nadine", "Oliver", "Petra", "Ralf", "Sabine", "Thomas", "Ulrike", "Viktor", "Wiebke",
}
