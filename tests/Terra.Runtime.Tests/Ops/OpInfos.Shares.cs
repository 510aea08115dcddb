using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Further sizes at which threads share the work of an op in another way: edges of tiles, few long or many short rows, one image, odd parameters.</content>
internal static partial class OpInfos
{
    /// <summary>Large arguments of such sizes; none for ops whose way does not depend on them.</summary>
    public static IEnumerable<Sample> Shares(OpInfo info, DType dtype) => info.Name switch
    {
        "mm" => s_products.Select(size => new Sample([Draw.Of(dtype, [size.Rows, size.Depth]), Draw.Of(dtype, [size.Depth, size.Columns])])),
        "addmm" => s_products.Select(size => new Sample([Draw.Of(dtype, [size.Columns]), Draw.Of(dtype, [size.Rows, size.Depth]), Draw.Of(dtype, [size.Depth, size.Columns])], Whole(1), Whole(1))),
        "bmm" => s_batches.Select(size => new Sample([Draw.Of(dtype, [size.Batch, size.Rows, size.Depth]), Draw.Of(dtype, [size.Batch, size.Depth, size.Columns])])),
        "baddbmm" => s_batches.Select(size => new Sample(
            [Draw.Of(dtype, [size.Columns]), Draw.Of(dtype, [size.Batch, size.Rows, size.Depth]), Draw.Of(dtype, [size.Batch, size.Depth, size.Columns])], Whole(1), Whole(2))),
        "convolution" => SharedConvolutions(dtype),
        "convolution_backward" => SharedConvolutions(dtype).Select(s => Gradient(dtype, s)),
        "_scaled_dot_product_flash_attention_for_cpu" => SharedAttention(dtype).Select(static a =>
            new Sample([a.Query, a.Key, a.Value, a.Mask], Attr.Of(a.IsCausal), Number(0.5), Number(a.Dropout), Attr.Of(s_philox))),
        "_scaled_dot_product_flash_attention_for_cpu_backward" => SharedAttention(dtype).Select(AttentionGradient),
        "_lstm_layer" => s_layers.Select(size => Layered(dtype, 4, size.Steps, size.Batch, size.Size, reverse: true)),
        "_gru_layer" => s_layers.Select(size => Layered(dtype, 3, size.Steps, size.Batch, size.Size, reverse: true)),
        "_rnn_layer" => s_layers.Select(size => Layered(dtype, 1, size.Steps, size.Batch, size.Size, reverse: true)),
        "_lstm_layer_backward" => s_layers.Select(size => LstmGradient(RecurrentSteps(dtype, 4, 2, size.Steps, size.Batch, size.Size))),
        "_gru_layer_backward" => s_layers.Select(size => GruGradient(RecurrentSteps(dtype, 3, 1, size.Steps, size.Batch, size.Size))),
        "_rnn_layer_backward" => s_layers.Select(size => ElmanGradient(RecurrentSteps(dtype, 1, 1, size.Steps, size.Batch, size.Size), "tanh", reverse: false)),
        "sort" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes)], Attr.Of(size.Dim), Attr.Of(true), Attr.Of(true))),
        "topk" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes)], Attr.Of(3L), Attr.Of(size.Dim), Attr.Of(false), Attr.Of(true))),
        "cumsum" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes)], Attr.Of(size.Dim), Attr.None)),
        "cumprod" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes, 0.9, 1.1)], Attr.Of(size.Dim), Attr.None)),
        "max.dim" or "min.dim" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes)], Attr.Of(size.Dim), Attr.Of(false))),
        "_softmax" or "_log_softmax" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes)], Attr.Of(size.Dim))),
        "index_add" =>
        [
            new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(300, 700), Draw.Of(dtype, [301, 700])], Attr.Of(1L), Whole(1)),
            new Sample([Draw.Of(dtype, [7]), Draw.Indices(7, 100_003), Draw.Of(dtype, [100_003])], Attr.Of(0L), Whole(1)),
            new Sample([Draw.Of(dtype, [3, 5, 1001]), Draw.Indices(5, 99), Draw.Of(dtype, [3, 99, 1001])], Attr.Of(1L), Whole(1)),
        ],
        "scatter.src" or "scatter_add" =>
        [
            new Sample([Draw.Of(dtype, [7, 1001]), Draw.Indices(7, 301, 1001), Draw.Of(dtype, [301, 1001])], Attr.Of(0L)),
            new Sample([Draw.Of(dtype, [7]), Draw.Indices(7, 100_003), Draw.Of(dtype, [100_003])], Attr.Of(0L)),
        ],
        "index_put" =>
        [
            new Sample([Draw.Of(dtype, [7]), Draw.Of(dtype, [100_003]), Draw.Indices(7, 100_003)], Attr.Of([0L]), Attr.Of(info.Variant.Length > 0)),
            new Sample([Draw.Of(dtype, [5, 3, 301]), Draw.Of(dtype, [5, 700, 301]), Draw.Indices(3, 700)], Attr.Of([1L]), Attr.Of(info.Variant.Length > 0)),
            new Sample([Draw.Of(dtype, [70, 30]), Draw.Of(dtype, [100_003]), Draw.Indices(70, 100_003), Draw.Indices(30, 100_003)], Attr.Of([0L, 1L]), Attr.Of(info.Variant.Length > 0)),
            new Sample([Draw.Of(dtype, [70, 30]), Draw.Of(dtype, [1001]), Draw.Indices(70, 101, 1), Draw.Indices(30, 1001)], Attr.Of([0L, 1L]), Attr.Of(info.Variant.Length > 0)),
            new Sample([Draw.Of(dtype, [1_000_003]), Draw.Of(dtype, []), Draw.Indices(1_000_003, 100_003)], Attr.Of([0L]), Attr.Of(info.Variant.Length > 0)),
        ],
        "embedding_dense_backward" => [new Sample([Draw.Of(dtype, [7001, 33]), Draw.Indices(11, 7001)], Attr.Of(11L), Attr.Of(3L))],
        "argmax" or "argmin" => s_lines.Select(size => new Sample([Draw.Of(dtype, size.Sizes)], Attr.Of([size.Dim]), Attr.Of(false))),
        _ when info is KernelInfo { Many: { } many } && many(dtype) is { Inputs: [{ Rank: 2 }], Attrs: [{ Kind: AttrKind.IntList, AsInts.Length: 1 }, ..] } s =>
            s_reductions.Select(reduced => s with { Inputs = [Draw.Of(dtype, reduced.Sizes, 0.9, 1.1)], Attrs = [Attr.Of(reduced.Dims), .. s.Attrs[1..]] }),
        _ => [],
    };

    private static readonly (long Rows, long Depth, long Columns)[] s_products =
        [(1, 300, 1030), (1030, 300, 1), (2, 1030, 301), (7, 513, 1031), (129, 257, 67), (513, 3, 515), (5, 4001, 7), (16, 16, 4096), (4097, 8, 6)];

    private static readonly (long Batch, long Rows, long Depth, long Columns)[] s_batches = [(17, 9, 65, 33), (3, 130, 70, 50), (2, 1, 300, 1257), (1, 200, 100, 90), (65, 3, 40, 1)];

    private static readonly (long Steps, long Batch, long Size)[] s_layers = [(3, 1, 130), (2, 7, 65), (4, 33, 48)];

    private static readonly (long[] Sizes, long Dim)[] s_lines = [([1001, 300], 0), ([3, 40_001], 1), ([40_001, 3], 1), ([1, 100_003], 1), ([5, 77, 301], 1)];

    private static readonly (long[] Sizes, long[] Dims)[] s_reductions =
        [([1001, 300], [0]), ([1, 100_003], [1]), ([100_003], [0]), ([100_003, 1], [0]), ([3, 40_001], [1]), ([40_001, 3], [1]), ([5, 77, 301], [1]), ([5, 77, 301], [0, 2]), ([5, 77, 301], [0, 1, 2])];

    private static IEnumerable<Sample> SharedConvolutions(DType dtype) =>
    [
        Convolution(dtype, [1, 64, 28, 28], [64, 64, 3, 3], true, [1, 1], [1, 1], [1, 1]), Convolution(dtype, [3, 32, 13, 15], [40, 32, 3, 3], true, [1, 1], [1, 1], [1, 1]),
        Convolution(dtype, [1, 3, 64, 65], [32, 3, 3, 3], true, [1, 1], [1, 1], [1, 1]), Convolution(dtype, [1, 64, 7, 7], [130, 64, 1, 1], true, [1, 1], [0, 0], [1, 1]),
        Convolution(dtype, [2, 36, 17, 19], [36, 1, 5, 5], true, [1, 1], [2, 2], [1, 1], groups: 36), Convolution(dtype, [2, 12, 23, 23], [18, 4, 3, 3], true, [2, 1], [1, 1], [1, 1], groups: 3),
        Convolution(dtype, [1, 32, 14, 14], [32, 16, 4, 4], true, [2, 2], [1, 1], [1, 1], transposed: true), Convolution(dtype, [7, 5, 301], [9, 5, 7], true, [3], [3], [1]),
    ];

    private static IEnumerable<(TensorImpl Query, TensorImpl Key, TensorImpl Value, TensorImpl? Mask, bool IsCausal, double Dropout)> SharedAttention(DType dtype)
    {
        foreach ((long heads, long rows, long keys, long width) in (IEnumerable<(long, long, long, long)>)[(1, 257, 257, 33), (3, 1, 500, 16), (13, 65, 65, 8)])
        {
            TensorImpl query = Draw.Of(dtype, [heads, rows, width], -1, 1), key = Draw.Of(dtype, [heads, keys, width], -1, 1), value = Draw.Of(dtype, [heads, keys, width + 3]);
            yield return (query, key, value, null, rows == keys, 0);
            yield return (query, key, value, null, rows == keys, 0.25);
            yield return (query, key, value, Draw.Of(dtype, [rows, keys]), false, 0);
        }
    }
}
