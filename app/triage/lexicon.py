"""Hard-stop words: a narrative that says one of these goes back to dispatch.

One list per kind of danger, English and Spanish, with the shorthand of call takers.
A word list is not enough to call a call safe (triage.md 0.2), and it is never used for
that: it can only stop an offer. "No gun" still stops; only the plain answers to the
screening questions, such as "no weapons", are read as answers (`DENIALS`).
"""

# Kinds of danger (triage.md 5.1), each with single words and short phrases.
DANGER_WORDS: dict[str, tuple[str, ...]] = {
    "weapon": (
        "gun", "guns", "handgun", "pistol", "rifle", "shotgun", "firearm", "firearms", "revolver", "ammo",
        "knife", "knives", "machete", "blade", "bat", "hammer", "crowbar", "axe", "sword", "taser",
        "armed", "weapon", "weapons", "wpn", "wpns", "brandishing", "brandished", "pointed it at",
        "bomb", "explosive", "grenade", "molotov", "pepper spray", "brass knuckles", "screwdriver",
        "pistola", "arma", "armas", "armado", "armada", "cuchillo", "navaja", "machetes", "rifles", "escopeta",
        "bate", "martillo", "bomba", "fierro", "cuete", "palo", "tubo", "botella rota",
    ),
    "violence": (
        "hit", "hits", "hitting", "punch", "punched", "punching", "kick", "kicked", "kicking", "slap", "slapped",
        "push", "pushed", "pushing", "shove", "shoved", "choke", "choked", "choking", "strangle", "strangled",
        "fight", "fighting", "fistfight", "assault", "assaulted", "attack", "attacked", "attacking", "beat",
        "beating", "beaten", "grabbed", "threw", "throwing", "bit", "scratched", "tackled", "stab", "stabbed",
        "stabbing", "shot", "shots", "shooting", "shoot", "kidnap", "kidnapped", "hostage", "raped", "rape",
        "battery", "adw", "physical", "dv", "domestic violence",
        "golpe", "golpea", "golpeo", "golpeó", "golpes", "pegó", "pego", "pegaron", "pegando", "pelea", "peleando",
        "empujó", "empujo", "empujaron", "ahorcar", "ahorcó", "patada", "patadas", "puñetazo", "apuñaló",
        "disparo", "disparos", "balazo", "balazos", "balacera", "secuestro", "violó", "ataque", "atacó", "agredió",
    ),
    "threat": (
        "threat", "threats", "threaten", "threatens", "threatened", "threatening", "kill", "kills", "killing",
        "burn it down", "burn the house", "come back with", "coming back with", "gonna get", "going to get you",
        "follow me", "followed me", "following me", "stalking", "stalker", "restraining order", "protective order",
        "revenge", "retaliate", "retaliation", "amenaza", "amenazas", "amenazó", "amenazando", "amenaza con", "matar",
        "mato", "quemar", "orden de restricción", "venganza", "me sigue", "me siguieron", "acosa",
    ),
    "medical": (
        "unconscious", "unresponsive", "not breathing", "no longer breathing", "can't breathe", "cant breathe",
        "chest pain", "bleeding", "blood", "overdose", "overdosed", "seizure", "stroke", "collapsed", "fainted",
        "injured", "injury", "injuries", "hurt", "ambulance", "paramedics", "pregnant", "labor", "passed out",
        "inconsciente", "no respira", "no despierta", "sangre", "sangrando", "sobredosis", "convulsiones",
        "desmayó", "desmayo", "herido", "herida", "heridos", "ambulancia", "dolor de pecho", "lastimado", "lastimada",
    ),
    "self_harm": (
        "suicide", "suicidal", "kill myself", "kill himself", "kill herself", "end my life", "jump off",
        "cut himself", "cut herself", "pills", "goodbye note", "wants to die",
        "suicidio", "suicidarse", "matarse", "quitarse la vida", "cortarse", "pastillas", "quiere morir",
    ),
    "child": (
        "abducted", "missing child", "child alone", "baby alone", "left in the car", "molest", "molested",
        "child abuse", "niño solo", "niña sola", "niños solos", "bebé solo", "abuso infantil", "menor desaparecido",
    ),
    "fire": (
        "fire", "smoke", "gas leak", "smell of gas", "explosion", "carbon monoxide", "downed wires", "gasoline",
        "incendio", "fuego", "humo", "fuga de gas", "olor a gas", "explosión", "gasolina",
    ),
    "crime": (
        "burglary", "robbery", "robbed", "breaking in", "broke in", "break in", "carjack", "stolen at gunpoint",
        "forced entry", "kicked the door", "trespasser inside", "robo", "asalto", "asaltó", "se metieron a robar",
    ),
    "group": (
        "drive by", "drive-by", "a crowd", "bringing people", "more people coming", "calling his friends",
        "calling his cousins", "homies", "street takeover", "viene con gente", "traer gente", "vienen más",
    ),
}

# The plain denials of the screening questions, and which answer each gives.
DENIALS: dict[str, tuple[str, ...]] = {
    "weapons": (
        "no weapons", "no weapon", "no wpns", "no wpn", "weapons none", "wpns none", "weapons denied",
        "denies weapons", "no weapons seen", "no weapons mentioned", "no weapons involved",
        "sin armas", "no hay armas", "no armas", "ningún arma",
    ),
    "injuries": (
        "no injuries", "no injury", "no inj", "nobody hurt", "no one hurt", "nobody is hurt", "no one is hurt",
        "injuries none", "denies injuries", "nobody injured", "no one injured",
        "sin heridos", "nadie lastimado", "nadie herido", "no hay heridos", "sin lesiones",
    ),
    "threats": (
        "no threats", "no threat", "threats none", "denies threats", "no threats made",
        "sin amenazas", "no hay amenazas", "nadie amenaza",
    ),
    # Said not to be known: no danger by itself, and no answer either.
    "not_known": (
        "unk wpns", "unk wpn", "unk weapons", "unknown weapons", "unknown if weapons", "unknown wpns",
        "unk injuries", "unknown injuries", "unk inj", "no se sabe si hay armas",
    ),
    "contact": (
        "no physical", "nothing physical", "not physical", "no contact", "no physical contact",
        "nobody touched anybody", "no fight", "no fighting", "no hitting", "no violence",
        "sin golpes", "sin violencia", "nada físico", "no hay golpes",
    ),
}
