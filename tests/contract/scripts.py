"""Sentences of many scripts that differ in one name, and questions for one of them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Script:
    """What is said, and what is asked, of each of many names.

    Attributes:
        said, asked: sentences with {} for the name.
        parts: what names are put together from, one of each list. between: what stands between them.
        written, read: how the sentence and the question are spelled.
    """

    said: str
    asked: str
    parts: tuple[str, ...]
    between: str = ""
    written: Callable[[str], str] = str
    read: Callable[[str], str] = str

    def names(self, count: int) -> list[str]:
        """So many different ones, the same every time."""
        every = [self.between.join(each) for each in product(*(part.split() for part in self.parts))]
        random.Random(7).shuffle(every)
        assert len(set(every)) >= count
        return list(dict.fromkeys(every))[:count]


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def half_width(text: str) -> str:
    """With half-width katakana, of which those with a sound mark are two characters."""
    parts = (unicodedata.normalize("NFD", each) if "\u30a1" <= each <= "\u30fc" else each for each in text)
    return "".join(parts).translate(_HALVES)


_HALVES = {ord(unicodedata.normalize("NFKC", half)): half for half in map(chr, range(0xFF66, 0xFFA0))}


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


_CHINESE = (
    "安 王 李 张 刘 陈 杨 赵 黄 周 吴 徐",
    "宝 明 晓 建 文 志 丽 国 海",
    "春 月 华 军 芳 强 平 东 林",
)
_KANJI = (
    "田 山 中 小 高 石 森 川",
    "中 村 野 島 田 本",
    "健 真 直 美 和 由",
    "一 子 樹 太 介",
)
_KATAKANA = (
    "アイス ホット ミニ ビター レモン メロン バナナ ココナ サマー",
    "コー テー スー ケー パイ プリ ゼリ クッ",
    "ヒーム キロン トアル ナポス ラータ ムース リンガ ドーナ",
)
_LATIN = (
    "zor vel mik tar lun pex rud sab cor nim",
    "a e i o u",
    "dex lin pro mat vio net sky flow",
)
_KOREAN = (
    "안 김 이 박 최 정 강 조 윤 장",
    "보 민 서 지 현 수 영 도",
    "춘 준 연 우 호 진 아 훈",
)
_THAI = (
    "สม วิ ประ นิ สุ อร พร ชัย กิต",
    "ชาย ดา ภา รัตน์ ศักดิ์ พงษ์ ทิพย์ วรรณ",
    "มณี สกุล ใจดี ทองคำ แก้ว บุญมา ศรีสุข รุ่งเรือง",
)
_LAO = (
    "ສົມ ວິ ບຸນ ຄຳ ພອນ ແກ້ວ ດາວ ສີ",
    "ໄຊ ດາ ມີ ພັນ ລາດ ສຸກ ຈັນ ນາລີ",
    "ວົງ ສະຫວັນ ພົມ ທອງ ແສງ ໄຊຍະ ມະນີ ສີດາ",
)
_KHMER = (
    "សុខ ចាន់ សុភា វណ្ណា បុប្ផា រតនា សោភ័ណ ពិសី",
    "ដារ៉ា សុវណ្ណ មករា ធីតា វិចិត្រ រស្មី ណារី ភក្តី",
    "កែវ ហេង លីម ជា ម៉ៅ ស៊ុន ឡុង ពេជ្រ",
)
_BURMESE = (
    "အောင် မောင် သန်း ခင် စန်း ကျော် လှ မြင့်",
    "သူ ဇော် ဝင်း မျိုး နွယ် ထွန်း စိုး အေး",
    "နိုင် ဦး လွင် မာ ဖြူ ရီ ကြည် သန့်",
)
_ARABIC = (
    """
    سلمى ليلى مريم نادية هدى سعاد رانيا دينا منى عبير حنان سميرة زينب فاطمة خديجة أسماء إيمان آمال ندى
    شيماء وفاء بشرى كوثر لبنى فريدة
    """,
    """
    حداد نجار خوري منصور عيسى حبيب سالم رشيد قاسم طاهر زيدان شاهين عمران يعقوب صباغ بيطار حلبي دمشقي
    مصري تونسي كيلاني لحام فارس وهبة بدوي
    """,
)
_HEBREW = (
    """
    נועה תמר יעל מיכל שירה רותם ליאור הדס טליה אביב דניאל איתי עומר גיא רון אלון שחר בועז כרמל משה ליאת
    הילה ורד עדי נטע
    """,
    """
    כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן שפירא גולן ברק אלמוג שגב רוזן קפלן צור נבון אדלר הררי לביא
    משולם ונונו ברגר כץ סלע
    """,
)
_HINDI = (
    """
    अनिता सुनीता कविता राधिका पूजा दीपिका मीना रेखा सीमा नेहा प्रिया ज्योति गीता शांति लक्ष्मी विजय
    राजेश सुरेश मोहन अरुण किशन संजय दिनेश हरीश नवीन
    """,
    """
    शर्मा वर्मा गुप्ता मिश्रा त्रिपाठी पाण्डेय चौधरी यादव सिन्हा जोशी भट्ट नायर अय्यर रेड्डी पटेल मेहता
    कपूर खन्ना मल्होत्रा चोपड़ा ठाकुर राठौड़ सक्सेना दुबे तिवारी
    """,
)
_RUSSIAN = (
    """
    Анна Елена Ольга Наталья Ирина Светлана Татьяна Мария Юлия Екатерина Алексей Дмитрий Сергей Андрей
    Михаил Николай Виктор Фёдор Йонас Григорий Артём Павел Роман Игорь Олег
    """,
    """
    Иванова Петрова Смирнова Кузнецова Попова Соколова Лебедева Козлова Новикова Морозова Волкова
    Зайцева Белова Гусева Королёва Щербакова Фомина Дорофеева Журавлёва Цветкова Чернова Яшина Ершова
    Юдина Рябова
    """,
)
_GREEK = (
    """
    Άννα Μαρία Ελένη Κατερίνα Σοφία Ιωάννα Δήμητρα Βασιλική Αγγελική Χρύσα Νίκος Γιώργος Κώστας Δημήτρης
    Παύλος Σπύρος Θανάσης Ηλίας Πέτρος Στέλιος Φώτης Λουκάς Μάρκος Ορέστης Ίωνας
    """,
    """
    Παπαδάκη Αντωνίου Γεωργίου Νικολάου Δημητρίου Κωνσταντίνου Οικονόμου Μακρή Καραμάνη Ζαφείρη Βλάχου
    Σαρρή Ρήγα Λάμπρου Φωτίου Χατζή Ψάλτη Ξένου Θεοδώρου Ευθυμίου Κυριακού Μπέκα Τσάκα Ηλιοπούλου
    Ωραιόπουλου
    """,
)
_FRENCH = (
    """
    Zoé Chloé Léa Élodie Océane Maëlle Anaïs Inès Noémie Hélène Jérôme François Étienne Rémi Gaël Loïc
    Benoît Cédric Aurélien Zélie Désirée Joël Théo Éric Agnès
    """,
    """
    Lefèvre Bérenger Crémieux Dupré Façade Gérard Hébert Jusséaume Légaré Mérieux Névé Périer Quéré
    Régnier Séguin Thévenin Übersfeld Vérité Gonçalves Brûlé Château Forêt Hôpital Île Noël
    """,
)
_GERMAN = (
    """
    Jürgen Günther Jörg Björn Sören Käthe Bärbel Mönke Uschi Änne Ömer Ünal Heidrun Götz Rüdiger Lüder
    Büşra Tönnes Häns Kürten Föhre Grädel Wölfi Nöhle Dörte
    """,
    """
    Müller Schäfer Köhler König Krüger Böhm Größe Weiß Strauß Groß Vogt Bäcker Jäger Höfer Lübke Röhl
    Däubler Füssli Hölder Nüsslein Preuß Reiß Süß Voß Zöllner
    """,
)

SCRIPTS: dict[str, Script] = {
    "Chinese, a name": Script("我的朋友{}在车站旁边的银行上班", "{}", _CHINESE),
    "Chinese, a question": Script("我的朋友{}在车站旁边的银行上班", "你还记得{}是做什么工作的吗？", _CHINESE),
    "Chinese, Latin within": Script("我们公司用{}写报表程序，已经三年了", "谁会用{}写程序？", _LATIN),
    "Japanese, kanji": Script("{}さんは駅前の病院で看護師をしています", "{}さんの仕事は何ですか？", _KANJI),
    "Japanese, katakana": Script("昨日{}を買ったので、冷蔵庫に入れてあります", "{}はどこにありますか", _KATAKANA),
    "Japanese, half width": Script("昨日{}を買ったので、冷蔵庫に入れてあります", "{}はどこにありますか", _KATAKANA, written=half_width),
    "Korean, a particle": Script("{}은 역 옆에 있는 은행에서 일한다", "{}이 어디에서 일하나요?", _KOREAN),
    "Korean, decomposed": Script("{}은 역 옆에 있는 은행에서 일한다", "{}의 직업", _KOREAN, written=decomposed),
    "Thai": Script("เพื่อนของฉันชื่อ{}ทำงานที่ธนาคารข้างสถานีรถไฟ", "{}ทำงานที่ไหน", _THAI),
    "Thai, a name": Script("เพื่อนของฉันชื่อ{}ทำงานที่ธนาคารข้างสถานีรถไฟ", "{}", _THAI),
    "Lao": Script("ໝູ່ຂອງຂ້ອຍຊື່{}ເຮັດວຽກຢູ່ທະນາຄານ", "{}ເຮັດວຽກຢູ່ໃສ", _LAO),
    "Khmer": Script("មិត្តរបស់ខ្ញុំឈ្មោះ{}ធ្វើការនៅធនាគារ", "{}ធ្វើការនៅឯណា", _KHMER),
    "Khmer, spaces of no width": Script("មិត្ត\u200bរបស់\u200bខ្ញុំ\u200bឈ្មោះ\u200b{}\u200bធ្វើការ\u200bនៅ\u200bធនាគារ", "{}ធ្វើការនៅឯណា", _KHMER),
    "Burmese": Script("ကျွန်တော့်သူငယ်ချင်း{}သည်ဘဏ်တွင်အလုပ်လုပ်သည်", "{}ဘယ်မှာအလုပ်လုပ်သလဲ", _BURMESE),
    "Arabic": Script("تعمل {} في البنك قرب المحطة", "أين تعمل {}؟", _ARABIC, " "),
    "Arabic, wa-": Script("أختي و{} تعملان في البنك قرب المحطة", "{}", _ARABIC, " "),
    "Arabic, li-": Script("أعطيت الكتاب القديم ل{} أمس", "ماذا أعطيت {}؟", _ARABIC, " "),
    "Hebrew": Script("אתמול נתתי ספר ישן ל{} בתחנה", "מה נתתי ל{}?", _HEBREW, " "),
    "Hebrew, ve-": Script("אחותי ו{} עובדות בבנק ליד התחנה", "איפה עובדת {}?", _HEBREW, " "),
    "Hindi": Script("{} स्टेशन के पास बैंक में काम करती है", "{} कहाँ काम करती है?", _HINDI, " "),
    "Hindi, decomposed": Script("{} स्टेशन के पास बैंक में काम करती है", "{}", _HINDI, " ", decomposed, composed),
    "Russian": Script("{} работает в банке у вокзала", "Где работает {}?", _RUSSIAN, " "),
    "Russian, decomposed": Script("{} работает в банке у вокзала", "{}", _RUSSIAN, " ", decomposed, composed),
    "Greek": Script("Η φίλη μου {} δουλεύει στην τράπεζα", "Πού δουλεύει {};", _GREEK, " "),
    "Greek, capitals": Script("Η φίλη μου {} δουλεύει στην τράπεζα", "{}", _GREEK, " ", read=str.upper),
    "French": Script("{} travaille à la banque près de la gare", "Où travaille {} ?", _FRENCH, " ", decomposed),
    "German": Script("{} arbeitet in der Bank neben dem Bahnhof", "Wo arbeitet {}?", _GERMAN, " "),
    "German, capitals": Script("{} arbeitet in der Bank neben dem Bahnhof", "{}", _GERMAN, " ", decomposed, str.upper),
    "English": Script("My friend {} works at the bank near the station", "Where does {} work?", _LATIN),
}  # fmt: skip
