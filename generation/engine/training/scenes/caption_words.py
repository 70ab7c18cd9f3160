# ruff: noqa: E501 -- a table reads by its lines
"""The phrases of the captions' grammar, by fact. Every word stands in `concept_words.CONCEPTS`."""

# fmt: off
QUALITY_EN = (
    "beautiful", "lovely", "peaceful", "quiet", "calm", "stunning", "serene", "gorgeous", "wonderful", "tranquil",
)
QUALITY_ZH = ("美丽的", "漂亮的", "宁静的", "壮丽的", "优美的", "唯美的", "安静的")
KIND_EN = ("picture", "painting", "image", "illustration", "artwork", "view", "scene", "print")
KIND_ZH = ("画", "图画", "风景", "插画", "作品", "画作", "场景", "图片", "景色")

SCENE_EN = {
    "sea": ("the sea", "the ocean", "a seascape", "the waves", "the shore", "the coast"),
    "mountains": ("mountains", "the mountains", "mountain peaks", "a mountain range", "mountain ridges", "distant hills", "a mountain landscape"),
    "forest": ("a forest", "the forest", "the woods", "a woodland", "a quiet grove"),
    "city": ("a city", "the city", "a city skyline", "a cityscape", "skyscrapers", "city lights", "a skyline", "downtown towers"),
    "desert": ("the desert", "a desert", "sand dunes", "desert dunes", "the dunes", "a sandy desert"),
    "snow": ("snow", "a snowy landscape", "a winter landscape", "snowy hills", "a snowscape", "snowy fields"),
    "night_sky": ("a night sky", "a starry sky", "the starry night", "the night sky", "stars", "a sky of stars", "the cosmos"),
    "waterfall": ("a waterfall", "the waterfall", "a tall waterfall", "falls", "a cascade"),
    "meadow": ("a meadow", "the meadow", "the countryside", "a field", "wide fields", "grassland"),
    "harbour": ("a harbour", "the harbour", "a harbor", "an old port", "a fishing village", "the quay"),
    "temple": ("a temple", "the temple", "a pagoda", "an old shrine", "a tall pagoda"),
    "underwater": ("a coral reef", "an underwater scene", "the seabed", "the deep sea", "a reef under the sea", "an underwater world"),
    "island": ("a tropical island", "an island", "a beach", "a tropical beach", "a lagoon", "the tropics"),
    "planet": ("a planet", "a planet in space", "outer space", "an alien world", "a large planet"),
    "still_life": ("a still life", "a still life on a table", "a tabletop still life", "a table"),
    "volcano": ("a volcano", "the volcano", "an erupting volcano", "a volcanic landscape", "lava"),
    "ink_wash": ("an ink wash landscape", "shan shui", "a chinese landscape", "an ink landscape", "ink mountains", "an ink wash painting"),
    "colour_wash": ("a colour wash", "colour washes", "pigment blooms", "blots", "splashes of colour", "a color wash"),
    "botanical": ("a botanical study", "a plant", "a leafy plant", "a botanical illustration", "a herbarium plant"),
    "geometry": ("abstract geometry", "geometric shapes", "a geometric composition", "geometric abstraction", "abstract shapes"),
    "flow_field": ("a flow field", "flowing lines", "swirling lines", "swirls", "flowing currents", "streamlines"),
    "fractal": ("a fractal", "a julia set", "fractals", "fractal spirals", "infinite spirals"),
    "coral_pattern": ("an organic pattern", "a coral pattern", "a turing pattern", "reaction diffusion", "a labyrinth"),
    "stained_glass": ("stained glass", "a stained glass window", "a rose window", "a cathedral window", "leaded glass"),
    "mandala": ("a mandala", "a circular ornament", "an ornament", "a rosette", "a kaleidoscope"),
    "marbling": ("marbled paper", "marbling", "a marbled pattern", "ebru", "suminagashi"),
}
SCENE_ZH = {
    "sea": ("大海", "海洋", "海面", "海景", "海边", "海上", "海浪"),
    "mountains": ("群山", "山脉", "高山", "山峰", "山景", "远山", "山"),
    "forest": ("森林", "树林", "密林", "丛林", "林间"),
    "city": ("城市", "都市", "高楼", "摩天楼"),
    "desert": ("沙漠", "沙丘", "大漠", "荒漠", "沙海"),
    "snow": ("雪景", "雪地", "雪原", "冬景"),
    "night_sky": ("星空", "夜空", "繁星", "星夜", "满天星斗", "星云"),
    "waterfall": ("瀑布", "飞瀑", "一座瀑布", "流瀑"),
    "meadow": ("草地", "田野", "草原", "原野", "乡间"),
    "harbour": ("港口", "港湾", "渔港", "码头", "渔村"),
    "temple": ("寺庙", "古塔", "宝塔", "古寺", "一座塔"),
    "underwater": ("海底", "海底世界", "珊瑚礁", "水下世界", "深海"),
    "island": ("海岛", "热带海岛", "小岛", "沙滩", "岛屿"),
    "planet": ("行星", "星球", "太空行星", "宇宙中的行星", "太空"),
    "still_life": ("静物", "静物画", "桌上静物", "桌上的静物"),
    "volcano": ("火山", "一座火山", "火山喷发", "熔岩火山"),
    "ink_wash": ("水墨山水", "山水画", "国画山水", "山水", "墨色山水"),
    "colour_wash": ("晕染", "色彩晕染", "泼彩", "渲染"),
    "botanical": ("植物", "植物图", "草木", "花草", "植物标本"),
    "geometry": ("抽象几何", "几何图形", "几何构成", "抽象图形", "几何抽象"),
    "flow_field": ("流场", "流线", "漩涡", "流动的线条", "旋转的线条"),
    "fractal": ("分形", "分形图", "分形艺术", "无限螺旋"),
    "coral_pattern": ("有机纹理", "珊瑚纹", "图灵斑图", "反应扩散", "迷宫纹理"),
    "stained_glass": ("彩色玻璃", "彩绘玻璃", "花窗", "彩窗", "教堂花窗"),
    "mandala": ("曼陀罗", "曼荼罗", "圆形纹样", "万花筒"),
    "marbling": ("水拓画", "大理石纹", "湿拓画", "云石纹", "墨流"),
}
PALETTE_EN = {
    "crimson": ("crimson", "red", "scarlet", "ruby"),
    "orange": ("orange", "amber", "tangerine"),
    "golden": ("golden", "gold", "yellow"),
    "green": ("green", "emerald", "jade"),
    "turquoise": ("turquoise", "teal", "cyan"),
    "blue": ("blue", "azure", "cobalt"),
    "violet": ("violet", "purple", "lilac"),
    "pink": ("pink", "rose", "rosy"),
    "monochrome": ("monochrome", "black and white", "grey", "gray"),
}
PALETTE_ZH = {
    "crimson": ("红色", "深红", "绯红", "赤红"),
    "orange": ("橙色", "橘色", "橘红"),
    "golden": ("金色", "金黄", "黄色"),
    "green": ("绿色", "翠绿", "碧绿"),
    "turquoise": ("青色", "青绿", "蓝绿"),
    "blue": ("蓝色", "蔚蓝", "湛蓝"),
    "violet": ("紫色", "紫罗兰色"),
    "pink": ("粉色", "粉红", "玫瑰色"),
    "monochrome": ("黑白", "灰色", "单色"),
}
TIME_EN = {
    "dawn": ("at sunrise", "at dawn", "in the morning", "at daybreak"),
    "day": ("by day", "in daylight", "at noon", "in sunlight"),
    "dusk": ("at sunset", "at dusk", "in the evening", "at twilight", "under a setting sun"),
    "night": ("at night", "by moonlight", "under the moon", "at midnight"),
}
TIME_ZH = {
    "dawn": ("日出", "黎明", "清晨", "拂晓", "朝阳下"),
    "day": ("白天", "正午", "阳光下", "白昼"),
    "dusk": ("日落", "黄昏", "傍晚", "夕阳下", "晚霞", "落日"),
    "night": ("夜晚", "深夜", "月夜", "月光下", "夜里"),
}
WEATHER_EN = {
    "clear": ("under a clear sky", "in clear weather", "under a cloudless sky"),
    "cloudy": ("under clouds", "under an overcast sky", "under a cloudy sky"),
    "misty": ("in mist", "in the fog", "in haze", "with mist"),
    "rainy": ("in the rain", "with rain", "in a drizzle"),
    "snowy": ("with falling snow", "in snowfall", "with snowflakes"),
}
WEATHER_ZH = {
    "clear": ("晴朗", "晴空下", "晴天"),
    "cloudy": ("多云", "阴天", "云层下"),
    "misty": ("薄雾", "雾中", "云雾笼罩", "雾气"),
    "rainy": ("雨中", "下雨", "细雨"),
    "snowy": ("下雪", "飘雪", "大雪"),
}
COMPOSITION_EN = {
    "left": ("on the left", "at the left side"),
    "right": ("on the right", "at the right side"),
    "centre": ("in the centre", "in the middle", "centred"),
    "big_sky": ("under a vast sky", "with a low horizon"),
    "high_horizon": ("with a high horizon", "seen from above"),
}
COMPOSITION_ZH = {
    "left": ("偏左", "位于左侧", "在左边"),
    "right": ("偏右", "位于右侧", "在右边"),
    "centre": ("居中", "位于中央", "在正中"),
    "big_sky": ("天空辽阔", "低地平线"),
    "high_horizon": ("高地平线", "俯瞰"),
}
STYLE_EN = {
    "vivid": ("vivid", "vibrant", "bright"),
    "soft": ("soft", "pastel", "gentle"),
    "moody": ("moody", "dark", "dramatic"),
}
STYLE_ZH = {
    "vivid": ("鲜艳的", "浓烈的", "绚丽的"),
    "soft": ("柔和的", "淡雅的", "轻柔的"),
    "moody": ("暗调的", "深沉的", "阴郁的"),
}
SEASON_EN = {
    "spring": ("in spring", "in springtime"),
    "summer": ("in summer", "in midsummer"),
    "autumn": ("in autumn", "in fall", "in autumn colours"),
    "winter": ("in winter", "in midwinter"),
}
SEASON_ZH = {
    "spring": ("春天", "春日", "春季"),
    "summer": ("夏天", "夏日", "盛夏"),
    "autumn": ("秋天", "秋日", "深秋"),
    "winter": ("冬天", "冬日", "寒冬"),
}
# How a medium is said: in front of the scene, and behind it.
MEDIUM_EN = {
    "oil": (("an oil painting of", "oil on canvas of"), ("as an oil painting", "in oil", "in oils")),
    "ink": (("an ink drawing of", "an ink painting of"), ("in ink", "as an ink drawing", "in brush and ink")),
    "watercolour": (("a watercolour of", "a watercolor of", "a watercolour painting of"), ("as a watercolour", "in watercolour", "in watercolor")),
    "pixel_art": (("pixel art of", "a pixel art picture of", "a pixelated picture of"), ("as pixel art", "in pixel art", "in pixels")),
    "poster": (("a poster of", "a travel poster of", "a screen print of"), ("as a poster", "as a screen print")),
    "woodcut": (("a woodcut of", "a linocut of", "a woodblock print of"), ("as a woodcut", "as a linocut", "as a block print")),
}
MEDIUM_ZH = {
    "oil": ("油画", "布面油画", "油彩"),
    "ink": ("水墨", "水墨画", "墨笔"),
    "watercolour": ("水彩画", "水彩"),
    "pixel_art": ("像素画", "像素风", "像素艺术"),
    "poster": ("海报", "旅行海报", "丝网版画"),
    "woodcut": ("木刻版画", "木刻", "木版画"),
}
# Things that are counted: singular and plural, and in Chinese the measure word and the noun.
COUNTED_EN = {
    "boat": (("boat", "boats"), ("sailing boat", "sailing boats"), ("sailboat", "sailboats")),
    "balloon": (("hot air balloon", "hot air balloons"), ("balloon", "balloons")),
    "deer": (("deer", "deer"), ("stag", "stags")),
    "cactus": (("cactus", "cacti"), ("cactus", "cactuses")),
    "cabin": (("cabin", "cabins"), ("cottage", "cottages"), ("hut", "huts")),
    "tree": (("tree", "trees"),),
    "lantern": (("lantern", "lanterns"), ("paper lantern", "paper lanterns")),
    "fish": (("fish", "fish"), ("tropical fish", "tropical fish")),
    "palm": (("palm", "palms"), ("palm tree", "palm trees")),
    "moon": (("small moon", "small moons"), ("satellite", "satellites")),
    "fruit": (("apple", "apples"), ("fruit", "fruits"), ("pear", "pears")),
    "flower": (("flower", "flowers"), ("blossom", "blossoms")),
    "circles": (("circle", "circles"),),
    "triangles": (("triangle", "triangles"),),
    "squares": (("square", "squares"),),
}
COUNTED_ZH = {
    "boat": ("艘", ("小船", "帆船", "船")),
    "balloon": ("个", ("热气球", "气球")),
    "deer": ("头", ("鹿", "小鹿")),
    "cactus": ("株", ("仙人掌",)),
    "cabin": ("间", ("小屋", "木屋", "小木屋")),
    "tree": ("棵", ("树", "大树")),
    "lantern": ("盏", ("灯笼", "纸灯笼")),
    "fish": ("条", ("鱼", "小鱼", "热带鱼")),
    "palm": ("棵", ("椰子树", "棕榈树", "椰树")),
    "moon": ("颗", ("卫星", "小月亮")),
    "fruit": ("个", ("苹果", "水果", "果子")),
    "flower": ("朵", ("花", "鲜花", "花儿")),
    "circles": ("个", ("圆形", "圆")),
    "triangles": ("个", ("三角形",)),
    "squares": ("个", ("方形", "正方形")),
}
NUMBER_EN = {2: "two", 3: "three", 5: "five"}
NUMBER_ZH = {1: "一", 2: "两", 3: "三", 5: "五"}
OBJECT_EN = {
    "birds": ("birds", "a few birds", "a flock of birds"),
    "lighthouse": ("a lighthouse",),
    "lake": ("a lake", "a calm lake"),
    "pines": ("pine trees", "pines", "fir trees"),
    "path": ("a path", "a trail"),
    "river": ("a river", "a river and its reflections"),
    "bridge": ("a bridge",),
    "pyramid": ("a pyramid",),
    "lone_tree": ("a lone tree", "a single tree"),
    "milky_way": ("the milky way", "a galaxy"),
    "aurora": ("an aurora", "northern lights"),
    "rainbow": ("a rainbow",),
    "flowers": ("flowers", "blossoms", "wild flowers"),
    "seaweed": ("seaweed", "kelp"),
    "jellyfish": ("jellyfish",),
    "rings": ("rings", "planetary rings"),
    "vase": ("a vase", "a jug"),
    "butterfly": ("a butterfly",),
    "bamboo": ("bamboo", "bamboo stalks"),
}
OBJECT_ZH = {
    "birds": ("飞鸟", "几只飞鸟", "鸟群"),
    "lighthouse": ("灯塔", "一座灯塔"),
    "lake": ("湖泊", "湖水", "湖面"),
    "pines": ("松树", "几棵松树", "松林"),
    "path": ("小路", "一条小径"),
    "river": ("河流", "一条河", "江水"),
    "bridge": ("桥", "一座桥"),
    "pyramid": ("金字塔", "一座金字塔"),
    "lone_tree": ("孤树", "一棵树"),
    "milky_way": ("银河", "星河"),
    "aurora": ("极光", "北极光"),
    "rainbow": ("彩虹",),
    "flowers": ("花朵", "鲜花"),
    "seaweed": ("海草", "水草"),
    "jellyfish": ("水母",),
    "rings": ("光环", "行星环"),
    "vase": ("花瓶", "一个花瓶"),
    "butterfly": ("蝴蝶", "一只蝴蝶"),
    "bamboo": ("竹子", "翠竹"),
}
# fmt: on
# The concept that a thing of the facts belongs to, where it goes by another name there.
CONCEPT_OF_THING = {"flower": "flowers", "lone_tree": "tree", "moon": "moon_of_planet"}
CONCEPT_OF_COUNT = {1: "one_thing", 2: "two_things", 3: "three_things", 5: "five_things"}
