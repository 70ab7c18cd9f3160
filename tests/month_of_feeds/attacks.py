def attack_lines(month):
    return []
