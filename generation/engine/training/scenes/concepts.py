"""What the model is taught, as the document that a model folder carries: concepts, hints, defaults."""

from generation.engine.training.scenes.concept_words import CONCEPTS, TaughtConcept
from generation.engine.training.scenes.facts import ABSTRACT


def _hints(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Words that the model was not taught, and the scene that comes nearest to what they speak of.
HINTS: dict[str, tuple[str, ...]] = {
    "night_sky": _hints("comet meteor constellation telescope 流星 彗星 星座"),
    "planet": _hints(
        "space astronaut rocket alien spaceship orbit mars jupiter saturn 宇航 火箭 外星 飞船 火星 木星 土星"
    ),
    "sea": _hints("sailor pirate surf yacht cruise 冲浪 水手 海盗"),
    "underwater": _hints("whale dolphin shark mermaid turtle octopus submarine diver 鲸 海豚 鲨 美人鱼 海龟 章鱼 潜水"),
    "island": _hints("palm tropical coconut hammock paradise caribbean hawaii pool 度假 泳 天堂"),
    "harbour": _hints("dock pier venice canal wharf 威尼斯 运河"),
    "mountains": _hints("valley cliff canyon climber eagle goat glacier castle 山谷 悬崖 峡谷 登山 鹰 冰川 城堡"),
    "waterfall": _hints("stream creek spring jungle 溪 泉 涧"),
    "volcano": _hints("fire flame magma hell inferno phoenix 火 焰 凤凰 地狱"),
    "forest": _hints(
        "wolf bear fox tiger lion monkey rabbit owl elf fairy leaf leaves mushroom squirrel elephant "
        "狼 熊 狐 虎 狮 猴 兔 猫头鹰 精灵 叶 蘑菇 象"
    ),
    "meadow": _hints("horse cow sheep farm windmill garden girl boy child picnic 马 牛 羊 农 风车 花园 女孩 男孩 孩子"),
    "city": _hints(
        "car street building robot cyber neon train bus taxi office shop cafe traffic people crowd motorcycle "
        "cyberpunk futuristic 车 街 建筑 机器人 赛博 霓虹 地铁 办公 商店 咖啡 人群 未来"
    ),
    "desert": _hints("camel egypt oasis cowboy snake scorpion sahara 骆驼 埃及 绿洲 牛仔 蛇 蝎"),
    "snow": _hints(
        "ski penguin polar ice icy frozen christmas santa reindeer igloo sled frost 滑雪 企鹅 冰 圣诞 雪橇 霜 雪人"
    ),
    "temple": _hints("monk samurai zen buddha palace japan china 僧 武士 禅 佛 宫 日本"),
    "geometry": _hints(
        "cube logo bauhaus hexagon polygon grid architecture chess cubism 立方 标志 包豪斯 六边形 多边形 网格 棋"
    ),
    "flow_field": _hints("wind hair music smoke wave energy dream magic 风 发 音乐 烟 能量 梦 魔法"),
    "fractal": _hints("spiral mathematics infinity mandelbrot psychedelic 螺旋 数学 无限 迷幻"),
    "coral_pattern": _hints("texture cell brain skin zebra leopard microscope 纹理 细胞 大脑 斑马 豹"),
    "stained_glass": _hints("church cathedral mosaic saint angel 教堂 马赛克 圣 天使"),
    "mandala": _hints("yoga meditation symmetry lotus chakra 瑜伽 冥想 对称 莲"),
    "marbling": _hints("fluid liquid oilslick agate gemstone 流体 液体 玛瑙 宝石"),
    "ink_wash": _hints("dragon panda calligraphy crane poem tea 龙 熊猫 书法 鹤 诗 茶 仙"),
    "colour_wash": _hints(
        "portrait woman man face cat dog baby kitten puppy emotion 肖像 女人 男人 人物 脸 猫 狗 情绪"
    ),
    "botanical": _hints("rose tulip lily fern herb bouquet seed root 玫瑰 郁金香 百合 蕨 束"),
    "still_life": _hints("bread wine bottle candle book cheese food cake kitchen 面包 酒 蜡烛 书 食 蛋糕 厨"),
}
DEFAULT_SCENE = "mountains"
# Scenes that know no time of day.
TIMELESS = tuple(sorted({*ABSTRACT, "ink_wash", "night_sky", "planet", "still_life", "underwater", "botanical"}))
# Where only a time of day is named.
SCENE_OF_TIME = {"dusk": "sea", "dawn": "sea", "night": "night_sky", "day": "mountains"}


def by_kind(kind: str) -> dict[str, TaughtConcept]:
    """The concepts of one kind, by id."""
    return {concept.id: concept for concept in CONCEPTS if concept.kind == kind}


def vocabulary_document() -> dict[str, object]:
    """What stands in a model folder's vocabulary.json."""
    return {
        "version": 1,
        "languages": ["en", "zh"],
        "default_scene": DEFAULT_SCENE,
        "timeless": list(TIMELESS),
        "scene_of_time": SCENE_OF_TIME,
        "hints": {scene: list(words) for scene, words in HINTS.items()},
        "concepts": [
            {
                "id": c.id,
                "kind": c.kind,
                "labels": {"en": list(c.en), "zh": list(c.zh)},
                "phrases": {"en": c.phrase_en, "zh": c.phrase_zh} if c.kind != "filler" else {},
                "scenes": list(c.scenes),
            }
            for c in CONCEPTS
        ],
    }
