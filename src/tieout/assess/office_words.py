"""Words of bodies, offices, functions and programs: what holds one is not shown to be a person's name.

The lists are short and ours. Words that are family names, too (Head, Law, Sales), tell only where nothing else stands
beside them.
"""

#: One of these makes a body, an office or a program of the whole.
BODIES = frozenset(
    {"agency", "association", "authority", "board", "bot", "bureau", "centre", "chatbot", "commission", "committee",
     "company", "consortium", "cooperative", "copilot", "council", "department", "desk", "director", "directorate",
     "division", "forum", "foundation", "gmbh", "group", "inc", "incorporated", "institute", "institution", "kgaa",
     "laboratory", "limited", "llc", "llp", "ltd", "ltda", "management", "manager", "ministry", "mutual", "office",
     "officer", "on-call", "oncall", "oyj", "panel", "partnership", "plc", "pte", "pty", "rota", "sarl",
     "secretariat", "service", "society", "squad", "subcommittee", "taskforce", "team", "teams", "unit", "university",
     "workgroup", "corp", "corporation", "holding", "holdings", "chatgpt", "openai", "anthropic", "deepmind",
     # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian
     "abteilung", "ausschuss", "gremium", "vorstand", "geschäftsführung", "geschäftsleitung", "comité", "conseil",
     "direction", "équipe", "comisión", "departamento", "dirección", "equipo", "comitato", "direzione", "ufficio",
     "comitê", "conselho", "diretoria", "equipe", "afdeling", "bestuur", "directie", "komitet", "zarząd", "комитет",
     "отдел", "департамент", "управление", "совет", "группа"}
)  # fmt: skip
#: Endings of such words where a language joins them; of names that are written without blanks, too.
BODY_ENDINGS = (
    "abteilung", "ausschuss", "gremium", "kommission", "leitung", "stabsstelle", "vorstand",
    "委員会", "委员会", "株式会社", "公司", "部門", "部门", "監査室", "管理部", "法務部", "会議",
    "팀", "위원회", "본부", "부서",
)  # fmt: skip
#: Functions and fields of work, the words of offices, and of programs.
FUNCTIONS = frozenset(
    {"accounting", "accounts", "actuarial", "administration", "administrator", "agent", "analyst",
     "analytics", "architecture", "assistant", "assurance", "audit", "auditor", "budget", "change", "changes",
     "chief", "claims", "client", "clinical", "commercial", "communications", "compliance", "controller",
     "controlling", "controls", "coordinator", "corporate", "counsel", "customer", "cyber", "data", "delivery",
     "deputy", "development", "devops", "digital", "engineering", "enterprise", "ethics", "executive", "external",
     "facilities", "finance", "financial", "fraud", "gemini", "governance", "haiku", "information", "infrastructure",
     "innovation", "insurance", "intelligence", "internal", "investment", "legal", "llama", "logistics", "machine",
     "maintenance", "marketing", "medical", "model", "models", "network", "notification", "operational", "operations",
     "owner", "owners", "planning", "platform", "policy", "privacy", "procurement", "product", "production",
     "programme", "program", "project", "purchasing", "quality", "records", "regulatory", "reporting", "research",
     "resources", "responsible", "retail", "risk", "risks", "safety", "science", "security", "services", "software",
     "solutions", "sonnet", "specialist", "strategy", "supervisor", "supplier", "suppliers", "supply", "support",
     "system", "systems", "technical", "technologies", "technology", "testing", "training", "treasury", "triage",
     "underwriting", "user", "users", "vendor", "vendors", "workflow", "secretary", "president", "datenschutz",
     "rechtsabteilung", "revision", "juridique", "conformité", "finances", "finanzas",
     "seguridad", "riesgos", "finanza", "rischi", "financiën", "beveiliging"}
)  # fmt: skip
#: Such words that people are called as well: they count where nothing but such words stands.
EITHER = frozenset(
    {"bank", "business", "chair", "cloud", "design", "engineer", "first", "head", "human", "law", "lead", "line",
     "owner", "people", "principal", "sales", "scientist", "second", "senior", "staff", "third", "trust", "vice"}
)  # fmt: skip
#: Abbreviations, where they are written in capitals beside other words: `Ai Weiwei` is a person.
ABBREVIATIONS = frozenset(
    {"AG", "AI", "CDO", "CEO", "CFO", "CIO", "CISO", "COO", "CRO", "CTO", "DPO", "ERM", "GRC", "HR", "IT", "KI",
     "LLM", "ML", "MLOPS", "NLP", "QA", "R&D", "RAI", "SOC", "SRE", "VP"}
)  # fmt: skip
#: Words that join the parts of an office's name and never those of a person's.
CONNECTIVES = frozenset({"for", "of", "the", "für"})
#: Small words of family names.
PARTICLES = frozenset(
    {"'t", "a", "abu", "ad", "af", "al", "ap", "av", "bat", "ben", "bin", "bint", "binti", "d", "da", "das", "de",
     "degli", "dei", "del", "della", "dem", "den", "der", "des", "di", "dit", "do", "dos", "du", "e", "el", "ferch",
     "i", "ibn", "in", "la", "las", "le", "les", "lo", "los", "mac", "mc", "ní", "o", "op", "ó", "s", "san", "sant",
     "st", "t", "te", "ten", "ter", "uí", "van", "vom", "von", "vor", "y", "zu", "zum", "zur"}
)  # fmt: skip
#: What stands before a name and is none of it; what stands behind it.
BEFORE = frozenset(
    {"dame", "dipl", "dott", "dr", "frau", "herr", "ing", "mag", "madame", "miss", "mme", "monsieur", "mr", "mrs",
     "ms", "mx", "prof", "professor", "señor", "señora", "sir", "sr", "sra"}
)  # fmt: skip
BEHIND = frozenset(
    {"bsc", "cfa", "cissp", "cpa", "esq", "fca", "fia", "ii", "iii", "iv", "jr", "junior", "mba", "md", "msc", "ph.d",
     "phd", "sr"}
)  # fmt: skip
#: What may stand aside of a name, in brackets or behind a comma, without taking it back.
NEUTRAL = frozenset(
    {"acting", "ad", "and", "deputy", "he", "her", "hers", "him", "his", "interim", "she", "stand-in", "them",
     "theirs", "they", "a.i", "komm", "kommissarisch", "i.v", "vertretung", "stellvertretend", "par", "intérim",
     "waarnemend"}
)  # fmt: skip
