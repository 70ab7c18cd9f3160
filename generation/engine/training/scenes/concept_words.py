# ruff: noqa: E501 -- a table reads by its lines
"""Every concept that the model is taught, with its words in English and Chinese.

The first word of each language is the label that people read; the others are ways of saying it that the captions
use. `phrases` say the concept inside a suggested prompt.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TaughtConcept:
    """One concept: its kind, its words, how it is said in a prompt, and where it may stand (objects only)."""

    id: str
    kind: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    phrase_en: str = ""
    phrase_zh: str = ""
    scenes: tuple[str, ...] = field(default=())


def _concept(
    kind: str, name: str, en: str, zh: str, phrase_en: str = "", phrase_zh: str = "", scenes: str = ""
) -> TaughtConcept:
    words = tuple(w.strip() for w in en.split(","))
    characters = tuple(w.strip() for w in zh.split(","))
    return TaughtConcept(
        name, kind, words, characters, phrase_en or words[0], phrase_zh or characters[0], tuple(scenes.split())
    )


# fmt: off
CONCEPTS: tuple[TaughtConcept, ...] = (
    _concept("scene", "sea", "sea, ocean, seascape, waves, coast, shore, seaside", "大海, 海, 海洋, 海面, 海上, 海景, 海边, 海浪, 沧海", "the sea", "大海"),
    _concept("scene", "mountains", "mountains, mountain, peaks, mountain range, ridges, hills, mountainscape, summit", "群山, 山, 山脉, 高山, 山峰, 山景, 山峦, 远山", "mountains", "群山"),
    _concept("scene", "forest", "forest, woods, woodland, trunks, grove", "森林, 树林, 林间, 丛林, 林中, 密林", "a forest", "森林"),
    _concept("scene", "city", "city, skyline, cityscape, skyscrapers, towers, downtown, town, city lights, lit windows", "城市, 都市, 高楼, 摩天楼, 城市夜景, 夜景, 都市夜景, 万家灯火", "a city", "城市"),
    _concept("scene", "desert", "desert, dunes, sand dunes, sand, sandy desert, sands", "沙漠, 沙丘, 大漠, 荒漠, 沙海, 黄沙", "the desert", "沙漠"),
    _concept("scene", "snow", "snow, snowy landscape, winter landscape, snowscape, snowy fields, snowy hills, snow scene", "雪景, 雪地, 雪原, 冬景, 雪", "a snowy landscape", "雪景"),
    _concept("scene", "night_sky", "night sky, starry sky, stars, starry night, cosmos, nebula, starlight", "星空, 夜空, 繁星, 星夜, 满天星斗, 星云, 星星", "a starry night sky", "星空"),
    _concept("scene", "waterfall", "waterfall, falls, cascade, waterfalls", "瀑布, 飞瀑, 流瀑", "a waterfall", "瀑布"),
    _concept("scene", "meadow", "meadow, field, fields, grassland, countryside, pasture, prairie", "草地, 田野, 草原, 原野, 乡间, 牧场", "a meadow", "田野"),
    _concept("scene", "harbour", "harbour, harbor, port, quay, fishing village, waterfront, marina", "港口, 港湾, 渔港, 码头, 渔村", "a harbour", "港口"),
    _concept("scene", "temple", "temple, pagoda, shrine, temples, pagodas", "寺庙, 古塔, 宝塔, 古寺, 庙宇, 塔", "a temple", "寺庙"),
    _concept("scene", "underwater", "underwater, coral reef, reef, seabed, deep sea, under the sea, under water", "海底, 水下, 珊瑚礁, 深海, 海底世界", "an underwater reef", "海底"),
    _concept("scene", "island", "island, tropical island, beach, tropical beach, lagoon, tropics", "海岛, 热带海岛, 小岛, 沙滩, 岛屿, 热带", "a tropical island", "海岛"),
    _concept("scene", "planet", "planet, space, outer space, universe, alien world, world in space", "行星, 星球, 太空, 宇宙, 外太空", "a planet in space", "行星"),
    _concept("scene", "still_life", "still life, table, fruit bowl, tabletop", "静物, 静物画, 桌上, 桌子", "a still life", "静物"),
    _concept("scene", "volcano", "volcano, lava, eruption, volcanic landscape, erupting volcano", "火山, 熔岩, 火山喷发, 岩浆", "a volcano", "火山"),
    _concept("scene", "ink_wash", "shan shui, ink landscape, chinese landscape, ink wash, ink wash landscape, ink wash painting, ink mountains", "水墨山水, 山水, 山水画, 国画, 国画山水, 墨色山水", "an ink wash landscape", "水墨山水"),
    _concept("scene", "colour_wash", "colour wash, color wash, washes, blots, wash, pigment blooms, splashes of colour, splashes of color", "晕染, 色彩晕染, 泼彩, 渲染, 色块", "a colour wash", "色彩晕染"),
    _concept("scene", "botanical", "botanical, plant, plants, botanical study, herbarium, leafy plant, botany", "植物, 草木, 植物图, 花草, 植物标本", "a botanical study", "植物"),
    _concept("scene", "geometry", "abstract geometry, geometric shapes, geometric, abstract, geometric composition, geometric abstraction, shapes, geometry, abstract shapes", "抽象几何, 几何图形, 几何, 几何构成, 抽象, 图形, 几何抽象, 抽象图形", "abstract geometry", "抽象几何图形"),
    _concept("scene", "flow_field", "flow field, flowing lines, swirling lines, swirls, swirl, currents, streamlines, vortex", "流场, 流线, 漩涡, 流动的线条, 旋转的线条, 涡流, 线条", "a flow field", "流场"),
    _concept("scene", "fractal", "fractal, fractals, julia set, infinite spirals, fractal spirals", "分形, 分形图, 分形艺术, 无限螺旋", "a fractal", "分形"),
    _concept("scene", "coral_pattern", "organic pattern, coral pattern, turing pattern, reaction diffusion, labyrinth, maze of ridges", "有机纹理, 珊瑚纹, 图灵斑图, 反应扩散, 迷宫纹理", "an organic pattern", "有机纹理"),
    _concept("scene", "stained_glass", "stained glass, stained glass window, rose window, leaded glass, cathedral window", "彩色玻璃, 彩绘玻璃, 花窗, 彩窗, 教堂花窗", "a stained glass window", "彩色玻璃"),
    _concept("scene", "mandala", "mandala, ornament, rosette, kaleidoscope, circular ornament", "曼陀罗, 曼荼罗, 圆形纹样, 万花筒, 纹样", "a mandala", "曼陀罗"),
    _concept("scene", "marbling", "marbling, marbled paper, marble, ebru, marbled pattern, suminagashi", "水拓画, 大理石纹, 湿拓画, 云石纹, 墨流", "marbled paper", "水拓画"),
    _concept("palette", "crimson", "crimson, red, scarlet, ruby", "红色, 深红, 绯红, 赤红, 红", "in red", "红色"),
    _concept("palette", "orange", "orange, amber, tangerine", "橙色, 橘色, 橙, 橘红", "in orange", "橙色"),
    _concept("palette", "golden", "golden, gold, yellow", "金色, 金黄, 黄色, 金黄色, 黄", "in gold", "金色"),
    _concept("palette", "green", "green, emerald, jade", "绿色, 翠绿, 碧绿, 绿", "in green", "绿色"),
    _concept("palette", "turquoise", "turquoise, teal, cyan, aqua", "青色, 青绿, 青绿色, 蓝绿, 青", "in turquoise", "青色"),
    _concept("palette", "blue", "blue, azure, cobalt", "蓝色, 蔚蓝, 湛蓝, 深蓝, 蓝", "in blue", "蓝色"),
    _concept("palette", "violet", "violet, purple, lilac", "紫色, 紫罗兰, 紫罗兰色, 紫", "in violet", "紫色"),
    _concept("palette", "pink", "pink, rose, rosy", "粉色, 粉红, 玫瑰色, 粉红色, 粉", "in pink", "粉色"),
    _concept("palette", "monochrome", "monochrome, black and white, grey, gray, black, white", "黑白, 灰色, 单色, 灰, 黑白色", "in black and white", "黑白"),
    _concept("time", "dawn", "sunrise, dawn, daybreak, morning, early morning, rising sun", "日出, 黎明, 清晨, 拂晓, 朝阳, 早晨, 晨光", "at sunrise", "日出时分"),
    _concept("time", "day", "day, daytime, daylight, noon, midday, sunlight, sun, sunny", "白天, 白昼, 正午, 日光, 阳光, 太阳", "by day", "白天"),
    _concept("time", "dusk", "sunset, dusk, evening, twilight, setting sun, sundown, afterglow", "日落, 黄昏, 傍晚, 夕阳, 落日, 晚霞, 暮色", "at sunset", "日落时分"),
    _concept("time", "night", "night, midnight, moonlight, moonlit, moon, nighttime", "夜晚, 夜里, 深夜, 月夜, 月光, 夜, 月亮, 明月, 午夜", "at night", "夜晚"),
    _concept("weather", "clear", "clear, clear sky, cloudless, clear weather", "晴朗, 晴空, 晴天, 无云", "in clear weather", "晴朗"),
    _concept("weather", "cloudy", "cloudy, clouds, cloud, overcast", "多云, 阴天, 云, 云层, 乌云", "under clouds", "多云"),
    _concept("weather", "misty", "misty, mist, fog, foggy, haze, hazy", "薄雾, 雾, 雾气, 迷雾, 雾中, 云雾", "in mist", "薄雾"),
    _concept("weather", "rainy", "rainy, rain, drizzle, rainfall", "下雨, 雨, 雨中, 细雨, 雨天", "in the rain", "雨中"),
    _concept("weather", "snowy", "snowfall, falling snow, snowing, snowflakes, snowy", "下雪, 飘雪, 雪花, 大雪, 落雪", "in falling snow", "飘雪"),
    _concept("composition", "left", "on the left, left, left side", "左侧, 左边, 偏左, 左", "on the left", "偏左"),
    _concept("composition", "right", "on the right, right, right side", "右侧, 右边, 偏右, 右", "on the right", "偏右"),
    _concept("composition", "centre", "in the centre, centre, center, middle, in the middle, centred, central", "居中, 中央, 正中, 中间", "in the centre", "居中"),
    _concept("composition", "big_sky", "wide sky, low horizon, vast sky, big sky", "辽阔的天空, 低地平线, 广阔天空, 天空辽阔, 天空", "under a vast sky", "天空辽阔"),
    _concept("composition", "high_horizon", "high horizon, from above, seen from above", "高地平线, 俯瞰, 俯视, 高处", "seen from above", "俯瞰"),
    _concept("style", "vivid", "vivid, vibrant, bright, colourful, colorful, bold", "鲜艳, 浓烈, 明艳, 绚丽", "vivid", "鲜艳的"),
    _concept("style", "soft", "soft, pastel, gentle, pale, delicate, faded", "柔和, 淡雅, 轻柔, 淡", "soft", "柔和的"),
    _concept("style", "moody", "moody, dark, dramatic, sombre, brooding", "暗调, 阴郁, 深沉, 幽暗", "moody", "深沉的"),
    _concept("season", "spring", "spring, springtime, in bloom", "春天, 春日, 春, 春季, 花开", "in spring", "春天"),
    _concept("season", "summer", "summer, summertime, midsummer", "夏天, 夏日, 夏, 夏季, 盛夏", "in summer", "夏天"),
    _concept("season", "autumn", "autumn, fall, autumnal", "秋天, 秋日, 秋, 秋季, 深秋", "in autumn", "秋天"),
    _concept("season", "winter", "winter, wintertime, midwinter", "冬天, 冬日, 冬, 冬季, 寒冬", "in winter", "冬天"),
    _concept("medium", "oil", "oil painting, oil, oils, oil on canvas, impasto", "油画, 油彩, 布面油画", "as an oil painting", "油画"),
    _concept("medium", "ink", "ink drawing, ink, ink painting, brush and ink, in ink, chinese ink", "水墨, 水墨画, 墨笔, 墨色", "in ink", "水墨"),
    _concept("medium", "watercolour", "watercolour, watercolor, watercolour painting, watercolor painting, aquarelle", "水彩, 水彩画", "as a watercolour", "水彩"),
    _concept("medium", "pixel_art", "pixel art, pixels, pixelated, 8-bit, pixel", "像素画, 像素, 像素艺术, 像素风", "as pixel art", "像素画"),
    _concept("medium", "poster", "poster, screen print, travel poster, flat poster, graphic poster", "海报, 丝网版画, 旅行海报, 招贴画", "as a poster", "海报"),
    _concept("medium", "woodcut", "woodcut, linocut, woodblock print, wood engraving, block print", "木刻, 版画, 木版画, 木刻版画", "as a woodcut", "木刻版画"),
    _concept("count", "one_thing", "one, single, 1", "一艘, 一只, 一座, 一棵, 一株, 一间, 一盏, 一朵, 一条, 一颗, 一个, 一头", "one", "一个"),
    _concept("count", "two_things", "two, pair, 2", "两艘, 两只, 两座, 两棵, 两株, 两间, 两盏, 两朵, 两条, 两颗, 两个, 两头, 二", "two", "两个"),
    _concept("count", "three_things", "three, 3", "三艘, 三只, 三座, 三棵, 三株, 三间, 三盏, 三朵, 三条, 三颗, 三个, 三头, 三", "three", "三个"),
    _concept("count", "five_things", "five, 5", "五艘, 五只, 五座, 五棵, 五株, 五间, 五盏, 五朵, 五条, 五颗, 五个, 五头, 五", "five", "五个"),
    _concept("object", "boat", "boat, sailing boat, sailboat, ship, sail, fishing boat", "小船, 帆船, 船, 孤舟, 扁舟, 帆, 渔船", "a boat", "小船", "sea harbour ink_wash"),
    _concept("object", "balloon", "hot-air balloon, hot air balloon, balloon, balloons", "热气球, 气球", "a hot air balloon", "热气球", "mountains"),
    _concept("object", "deer", "deer, stag, doe", "鹿, 小鹿, 梅花鹿", "a deer", "鹿", "forest"),
    _concept("object", "cactus", "cactus, cacti, cactuses", "仙人掌", "cacti", "仙人掌", "desert"),
    _concept("object", "cabin", "cabin, cottage, hut, house, log cabin", "小屋, 木屋, 房子, 小木屋", "a cabin", "小屋", "snow"),
    _concept("object", "tree", "tree, lone tree, lonely tree, single tree, trees", "树, 孤树, 一棵树, 孤独的树, 大树", "a tree", "一棵树", "meadow night_sky"),
    _concept("object", "lantern", "lantern, lanterns, paper lantern", "灯笼, 红灯笼, 纸灯笼", "a lantern", "灯笼", "temple"),
    _concept("object", "fish", "fish, fishes, tropical fish", "鱼, 小鱼, 热带鱼, 鱼儿", "fish", "鱼", "underwater"),
    _concept("object", "palm", "palm, palm tree, palms, palm trees, coconut palm", "椰子树, 棕榈树, 椰树, 棕榈", "palm trees", "椰子树", "island"),
    _concept("object", "moon_of_planet", "moons, small moon, satellite, satellites", "卫星, 小月亮", "a small moon", "卫星", "planet"),
    _concept("object", "fruit", "fruit, fruits, apple, apples, orange fruit, pear, pears", "水果, 苹果, 果子, 梨", "fruit", "水果", "still_life"),
    _concept("object", "flowers", "flowers, flower, blossoms, blossom, blooms, petals", "花朵, 花, 鲜花, 花瓣, 花儿", "flowers", "花朵", "colour_wash meadow still_life botanical"),
    _concept("object", "circles", "circles, circle, discs", "圆形, 圆, 圆环, 圆圈", "circles", "圆形", "geometry"),
    _concept("object", "triangles", "triangles, triangle", "三角形, 三角", "triangles", "三角形", "geometry"),
    _concept("object", "squares", "squares, square, rectangles", "方形, 正方形, 方块", "squares", "方形", "geometry"),
    _concept("object", "birds", "birds, bird, seagulls, gulls, flock", "飞鸟, 海鸥, 鸟, 鸟群, 鸟儿", "birds", "飞鸟", "sea mountains forest desert waterfall meadow harbour temple island volcano ink_wash"),
    _concept("object", "lighthouse", "lighthouse, beacon", "灯塔", "a lighthouse", "灯塔", "sea harbour"),
    _concept("object", "lake", "lake, mountain lake", "湖泊, 湖, 湖水, 湖面", "a lake", "湖泊", "mountains volcano"),
    _concept("object", "pines", "pines, pine, pine trees, fir trees, firs, fir", "松树, 松林, 松, 针叶林", "pine trees", "松树", "mountains snow night_sky"),
    _concept("object", "path", "path, trail, footpath, road", "小路, 小径, 山路, 路", "a path", "小路", "forest meadow"),
    _concept("object", "river", "river, riverside", "河流, 河, 江, 江水, 河面", "a river", "河流", "city"),
    _concept("object", "bridge", "bridge, suspension bridge", "大桥, 桥, 桥梁, 小桥", "a bridge", "大桥", "city temple"),
    _concept("object", "pyramid", "pyramid, pyramids", "金字塔", "a pyramid", "金字塔", "desert"),
    _concept("object", "milky_way", "milky way, galaxy", "银河, 星河, 天河", "the milky way", "银河", "night_sky"),
    _concept("object", "aurora", "aurora, northern lights, polar lights", "极光, 北极光", "an aurora", "极光", "night_sky"),
    _concept("object", "rainbow", "rainbow", "彩虹", "a rainbow", "彩虹", "waterfall"),
    _concept("object", "seaweed", "seaweed, kelp", "海草, 海带, 水草", "seaweed", "海草", "underwater"),
    _concept("object", "jellyfish", "jellyfish, medusa", "水母", "jellyfish", "水母", "underwater"),
    _concept("object", "rings", "rings, ringed, planetary rings, ring", "光环, 行星环, 星环", "rings", "光环", "planet"),
    _concept("object", "vase", "vase, jug, pitcher", "花瓶, 瓶子, 陶罐", "a vase", "花瓶", "still_life"),
    _concept("object", "butterfly", "butterfly, butterflies", "蝴蝶", "a butterfly", "蝴蝶", "botanical"),
    _concept("object", "bamboo", "bamboo, bamboo stalks", "竹子, 竹, 竹林, 翠竹", "bamboo", "竹子", "ink_wash"),
    _concept(
        "filler",
        "filler",
        "a, an, the, of, over, in, at, with, and, on, under, by, above, across, through, beneath, behind, from, to, into, for, some, as, no, its, "
        "beautiful, lovely, peaceful, quiet, calm, wonderful, stunning, serene, gorgeous, magnificent, pretty, tranquil, silent, "
        "picture, painting, image, art, artwork, scene, view, scenery, landscape, illustration, print, drawing, photo, photograph, study, pattern, "
        "show, showing, depicting, shades, tones, tone, colours, colors, colour, color, palette, hues, light, lights, few, several, many, "
        "composition, design, style, background, sky, setting, rising, seen, wide, large, small, far, distant, please, me, make, draw, paint, paper, water, "
        "tall, flowing, swirling, falling, horizon, reflection, reflections, stalks, side, glow, glowing, standing, sailing, drifting, old, wild, window, world",
        "一幅, 一张, 一片, 一轮, 几只, 几棵, 一位, 美丽的, 美丽, 漂亮的, 漂亮, 宁静的, 宁静, 安静的, 壮丽的, 壮丽, 优美的, 唯美的, 唯美, "
        "的, 画, 图, 图画, 图片, 画面, 场景, 风景, 风光, 作品, 景色, 景象, 插画, 绘画, 画作, 下, 中, 里, 上, 和, 与, 有, 在, 以, 之, 时分, 时, 色调, 色彩, 色, 调, 彩, 作, 景, "
        "为主, 主体, 位于, 请, 画一幅, 画一张, 带有, 还有, 映照, 倒影, 远处, 远方, 下面, 上面, 里面, 天, 光, 风格, 构图, 夜幕, 之上, 之下, 笼罩, 天气, 着, 世界",
    ),
)
# fmt: on
