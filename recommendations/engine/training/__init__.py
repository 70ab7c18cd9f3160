"""The training of the feed's models, from a folder of arrays to a version as files. Runs without the shop.

    python -m recommendations.engine.training --data FOLDER --out FOLDER
    torchrun --nproc-per-node 4 -m recommendations.engine.training --data FOLDER --out FOLDER

`data` is the folder that the shop writes, `past` what was known at any moment of it, `related` the item-to-item lists,
`sequence` and `ranker` the networks and their examples, `learning` the loop with checkpoints, `measuring` and `gate`
the evaluation on a time split, `program` all of it in order.
"""
