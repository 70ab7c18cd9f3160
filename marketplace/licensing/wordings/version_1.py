"""Version 1 of the three licences, in English and Chinese. Once released, never edit: people hold these words."""
# ruff: noqa: E501 - prose

from typing import TypedDict


class Wording(TypedDict):
    """One licence's words; the fields are LicenceTerms'."""

    code: str
    is_exclusive: bool
    name_en: str
    name_zh: str
    summary_en: str
    summary_zh: str
    can_en: list[str]
    can_zh: list[str]
    cannot_en: list[str]
    cannot_zh: list[str]
    text_en: str
    text_zh: str


_COMMON_EN = """\
Parties and work. This licence is given by the artist named on the certificate to the holder named on it, for the \
work and the version named on it. Atelier keeps the record of it and is not a party to it.

Ownership. The artist keeps whatever copyright exists in the work. In some countries a picture made by a model may \
have little or no copyright protection; the holder gets the permissions below all the same, as a contract.

How it was made. The work was made with, or with the help of, a generative model. Its Content Credentials say so. \
The holder may not remove them in order to pass the work off as made without a model, and may not claim to be its author.
"""
_COMMON_ZH = """\
当事人与作品。本授权由证书所载艺术家授予证书所载持有人，标的为证书所载作品及其版本。Atelier 保存授权记录，不是授权的当事人。

权属。作品上存在的著作权（如有）仍归艺术家所有。在某些国家或地区，由模型生成的图像可能不受或仅少量受著作权保护；即便如此，持有人仍依合同享有下列许可。

制作方式。作品由生成式模型制作，或在其协助下完成，其内容凭证对此有所说明。持有人不得为冒充非模型作品而移除内容凭证，也不得自称为作者。
"""
_END_EN = """
Not allowed under any licence. Unlawful use; use that defames, harasses or deceives a real person; use as a trade \
mark; training a model that imitates the artist; selling or giving away the file itself as stock, template or token.

Length and end. The licence is worldwide and has no end date. It ends if the payment is refunded or taken back, or if \
its terms are broken and the breach is not put right within 30 days of notice. If the work is later taken off sale, \
sold exclusively to somebody else or hidden from the shop, this licence stays valid.

Proof. The certificate's number can be checked by anyone at /verify. The English and the Chinese wording have equal force.
"""
_END_ZH = """
任何授权均不允许。违法使用；用于诽谤、骚扰或欺骗真实的人；用作商标；训练模仿该艺术家的模型；以图库素材、模板或代币等形式出售或转送文件本身。

期限与终止。本授权在全球范围内有效，没有截止日期。如款项被退还或撤回，或持有人违反条款且在收到通知后 30 天内未予纠正，授权即告终止。作品日后下架、独家售予他人或被商店隐藏，均不影响本授权的效力。

证明。任何人都可以在 /verify 查验证书编号。中英文文本具有同等效力。
"""

WORDINGS: list[Wording] = [
    {
        "code": "personal",
        "is_exclusive": False,
        "name_en": "Personal licence",
        "name_zh": "个人授权",
        "summary_en": "Enjoy it privately: on your wall, your screen, or as a gift.",
        "summary_zh": "供个人欣赏：挂在墙上、用作壁纸，或作为礼物。",
        "can_en": [
            "Print it for your home or as a gift",
            "Use it as a wallpaper or profile picture",
            "Show it on your personal pages, naming the artist",
            "Keep copies on your own devices",
        ],
        "can_zh": [
            "打印后自家使用或赠送亲友",
            "用作壁纸或头像",
            "注明艺术家后在个人页面展示",
            "在自己的设备上保存副本",
        ],
        "cannot_en": [
            "Use it to sell or advertise anything",
            "Use it for a business, a client or an employer",
            "Resell or share the file",
        ],
        "cannot_zh": ["用于销售或宣传任何东西", "用于企业、客户或雇主", "转售或分享文件"],
        "text_en": _COMMON_EN
        + """
What the holder may do. One person may use the work for private purposes: print it for the home or as a gift, show \
it on personal devices and on personal pages that earn no money, naming the artist where that is usual, and crop or \
recolour it for these uses.

What the holder may not do. No commercial use of any kind, and none on behalf of a business, a client or an employer.
"""
        + _END_EN,
        "text_zh": _COMMON_ZH
        + """
持有人可以。由一人将作品用于私人目的：打印后自家使用或赠送他人，在个人设备以及不产生收入的个人页面上展示（惯常情况下注明艺术家），并可为上述用途裁剪或调色。

持有人不可以。不得作任何商业使用，也不得为企业、客户或雇主使用。
"""
        + _END_ZH,
    },
    {
        "code": "commercial",
        "is_exclusive": False,
        "name_en": "Commercial licence",
        "name_zh": "商业授权",
        "summary_en": "Use it in your products, publications and advertising; others may license it too.",
        "summary_zh": "用于产品、出版物和广告；他人也可以获得授权。",
        "can_en": [
            "Everything the personal licence allows",
            "Use it in advertising, on websites, in films and games",
            "Put it on goods that you sell, in any number",
            "Use it in work for one client at a time, as part of a design",
            "Crop, recolour and combine it with other material",
        ],
        "can_zh": [
            "个人授权允许的一切",
            "用于广告、网站、影片和游戏",
            "印在所售商品上，数量不限",
            "作为设计的一部分为客户使用，每次一位客户",
            "裁剪、调色并与其他素材组合",
        ],
        "cannot_en": [
            "Sell the picture on its own, as a print or a file",
            "Register it as a logo or trade mark",
            "Sublicense or resell the file",
            "Stop others from licensing it",
        ],
        "cannot_zh": [
            "将图像本身作为印刷品或文件出售",
            "注册为标志或商标",
            "转授权或转售文件",
            "阻止他人获得授权",
        ],
        "text_en": _COMMON_EN
        + """
What the holder may do. One person or one business may use the work, unchanged or adapted, in any medium and any \
number of copies, in its own products, publications, websites, films, games and advertising, and in a design made \
for a client, whose use is then limited to that design. Naming the artist is welcome and not required.

What the holder may not do. The work may not be the whole of what is sold (a poster, a print or a file of it on its \
own), nor be registered as a logo or trade mark. The holder cannot stop others from holding licences in the same work.
"""
        + _END_EN,
        "text_zh": _COMMON_ZH
        + """
持有人可以。一名个人或一家企业可以在任何媒介上、不限份数地使用作品的原样或改编版本，用于自己的产品、出版物、网站、影片、游戏和广告，以及为客户制作的设计；客户的使用仅限于该设计。欢迎但不要求注明艺术家。

持有人不可以。作品不得成为所售商品的全部内容（例如单独的海报、印刷品或文件），不得注册为标志或商标。持有人不能阻止他人持有同一作品的授权。
"""
        + _END_ZH,
    },
    {
        "code": "exclusive",
        "is_exclusive": True,
        "name_en": "Exclusive licence",
        "name_zh": "独家授权",
        "summary_en": "The last licence sold: everything commercial, and nobody else can license it after you.",
        "summary_zh": "最后一份授权：包含全部商业用途，此后不再售予他人。",
        "can_en": [
            "Everything the commercial licence allows",
            "Sell prints and copies of the picture itself",
            "Be the only new holder: the work leaves the shop when you buy",
            "Pass the licence on once, as a whole, to one other person",
        ],
        "can_zh": [
            "商业授权允许的一切",
            "出售图像本身的印刷品和复制品",
            "成为唯一的新持有人：购买后作品即下架",
            "将授权整体转让给另一人，仅限一次",
        ],
        "cannot_en": [
            "End licences that were sold before yours",
            "Claim to be the author",
            "Register it as a trade mark without the artist's consent",
        ],
        "cannot_zh": ["终止在您之前售出的授权", "自称为作者", "未经艺术家同意注册为商标"],
        "text_en": _COMMON_EN
        + """
What the holder may do. Everything that the commercial licence allows, and also sell prints, copies and editions of \
the work itself. From the moment of sale the artist and Atelier give no further licence in the work, and it leaves \
the shop; the artist may go on showing it in a portfolio, marked as sold. The holder may pass this licence on once, \
as a whole and in writing, to one other person or business.

What came before. Licences in the work that were sold earlier stay valid; the work's page says how many there are.
"""
        + _END_EN,
        "text_zh": _COMMON_ZH
        + """
持有人可以。商业授权允许的一切，并可出售作品本身的印刷品、复制品和版次。自售出之时起，艺术家与 Atelier 不再就该作品给予任何授权，作品随即下架；艺术家可以继续在作品集中展示并标明已售出。持有人可以书面形式将本授权整体转让给另一名个人或一家企业，仅限一次。

在先授权。此前售出的授权继续有效；作品页面会说明其数量。
"""
        + _END_ZH,
    },
]
