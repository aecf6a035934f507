"""People's names and places in twenty languages, in the encodings that lists in them have.

``python tests/import_engine/encodings/grid.py`` prints the figures of docs/imports-evidence.md.
"""

# RUF001: letters of other languages are what this is about.
# ruff: noqa: RUF001

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import open_path

WESTERN = ("cp1252", "mac_roman")
CENTRAL = ("cp1250", "iso8859_2")
PEOPLE: dict[str, tuple[tuple[str, ...], str]] = {
    "German": (
        WESTERN,
        "Jürgen Müller Köln Groß Schröder Anna Weiß Jäger Björn Düsseldorf Peter Zöllner Straßburg Österreicher",
    ),
    "French": (
        WESTERN,
        "Hélène François Béziers Noël Gérard Château Marie Benoît Lefèvre Besançon Paul Zoé Crépin Clémence",
    ),
    "Spanish": (WESTERN, "José Muñoz Málaga Ibáñez María Peña García Luis Ramón Cádiz Ángel Núñez Begoña Martín"),
    "Portuguese": (
        WESTERN,
        "João Gonçalves São Conceição Inês Magalhães Ana Antônio Assunção Brandão Vítor Guimarães Lourenço",
    ),
    "Italian": (
        WESTERN,
        "Niccolò Forlì Nicolò Cantù Marco D\u2019Alò Mondovì Pelé Salò Noè Viganò Sanità Carrù Scalfarò",
    ),
    "Swedish": (
        WESTERN,
        "Åsa Öberg Malmö Sjöström Göran Håkansson Eva Lindström Västerås Björk Jönköping Älvsjö Nyström",
    ),
    "Danish": (
        WESTERN,
        "Søren Jørgensen Århus Kjær Bjørn Østergaard Nørgaard Lars Næstved Sørensen Helsingør Ærø Køge",
    ),
    "Polish": (CENTRAL, "Łukasz Wałęsa Świątek Gdańsk Żółć Zieliński Anna Kraków Łódź Wójcik Małgorzata Poznań Śliwa"),
    "Czech": (CENTRAL, "Zdeněk Dvořák Plzeň Jiří Růžička Černý Jan Třebíč Čeněk Šárka Žižka Novák Ostrava Děčín Hůlka"),
    "Hungarian": (
        CENTRAL,
        "György Győr Szőke Fűzfa László Pécs Kovács István Körmend Erdős Anna Gömbös Tűri Szűcs Árpád",
    ),
    "Romanian": (
        CENTRAL,
        "Ştefan Bogdan Braşov Ţepeş Ioniţă Creangă Târgu Mureş Constanţa Maria Iaşi Bălcescu Timiş Câmpina",
    ),
    "Turkish": (
        ("cp1254",),
        "Ayşe Yılmaz İstanbul Şahin Çağlar Ali Gökhan Doğan Işık Muğla Öztürk Kılıç Eskişehir Güneş",
    ),
    "Lithuanian": (
        ("cp1257",),
        "Žydrūnas Kaunas Šiauliai Eglė Panevėžys Rūta Jonas Ąžuolas Čepaitė Kėdainiai Mažeikių Stasiūnas",
    ),
    "Russian": (
        ("cp1251", "koi8_r"),
        "Иван Петров Москва Екатерина Смирнова Новосибирск Anna Дмитрий Щукин Юлия Компания Казань",
    ),
    "Ukrainian": (
        ("cp1251", "koi8_u"),
        "Олексій Шевченко Київ Наталія Львів Євген Бойко Іван Чернівці Ганна Її Захарченко Одеса",
    ),
    "Greek": (
        ("cp1253", "iso8859_7"),
        "Γιώργος Παπαδόπουλος Αθήνα Ελένη Θεσσαλονίκη Νίκος Anna Μαρία Πάτρα Κωνσταντίνος Χρήστος",
    ),
    "Hebrew": (("cp1255",), "יוסף כהן ירושלים מרים לוי חיפה דוד שרה אברהם תל אביב מזרחי רחל באר שבע"),
    "Japanese": (
        ("cp932", "euc_jp"),
        "山田 太郎 株式会社 営業部長 佐藤 鈴木 東京都 さくら トヨタ 高橋 美咲 大阪 渡辺 コーヒー",
    ),
    "Korean": (("cp949",), "김철수 서울 회사 박영희 부산 이민호 최지우 대구 정수빈 강남구 한국전력 윤서연 인천"),
    "Chinese": (("gb18030",), "北京 王伟 公司 上海 李娜 张敏 广州 刘洋 深圳 陈静 科技有限公司 杨磊 赵军 杭州"),
}
SIZES = (1, 5, 50, 5000)


class Case(NamedTuple):
    """A list in one language and encoding; ``late`` when its doubtful letters are at the end."""

    language: str
    codec: str
    rows: int
    late: bool
    names: list[str]

    @property
    def content(self) -> bytes:
        lines = [f"p{number}@x.example.com,{name}\r\n" for number, name in enumerate(self.names)]
        return ("Email,Name\r\n" + "".join(lines)).encode(self.codec)


def cases(samples: int = 3) -> Iterator[Case]:
    """The grid; ``samples`` draws of each, always the same ones. At least one name has letters in doubt."""
    for language, (codecs, words) in PEOPLE.items():
        every = words.split()
        doubtful = [it for it in every if not it.isascii()]
        for codec in codecs:
            for rows in SIZES:
                for late in (False, True):
                    for draw in range(samples):
                        chance = random.Random(f"{language}{codec}{rows}{late}{draw}")  # noqa: S311 - no secret
                        own = max(1, rows // 10) if late else rows
                        names = ["Ann"] * (rows - own) + [chance.choice(doubtful), *chance.choices(every, k=own - 1)]
                        yield Case(language, codec, rows, late, names)


def ours(case: Case, folder: Path) -> tuple[list[str] | None, bool]:
    """The names as the import engine reads them, and whether it asks."""
    path = folder / "grid.csv"
    path.write_bytes(case.content)
    try:
        with open_path(path) as source:
            names = [row.values.get("Name", "") for row in source.rows]
            return names, source.remarks.asks
    except Mistake:
        return None, True


def figures(read: Callable[[Case], tuple[list[str] | None, bool]]) -> dict[int, Counter[str]]:
    """By number of rows: how many were right, asked about, or wrong in silence."""
    found: dict[int, Counter[str]] = {}
    for case in cases():
        names, asks = read(case)
        outcome = "asked" if asks else "right" if names == case.names else "wrong"
        found.setdefault(case.rows, Counter())[outcome] += 1
    return found


def main() -> None:
    with TemporaryDirectory() as folder:
        for rows, counts in figures(lambda case: ours(case, Path(folder))).items():
            sys.stdout.write(f"{rows:>5} rows: {dict(counts)}\n")


if __name__ == "__main__":
    main()
