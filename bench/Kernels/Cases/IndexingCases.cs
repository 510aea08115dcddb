using TorchSharp;
using static Terra.Bench.Kernels.Cases.OpCase;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Reading and writing by index, embeddings, masks, sorting, and results whose shape depends on data.</summary>
internal static class IndexingCases
{
    private const string Group = "indexing";
    private const long Vocabulary = 10_000, Width = 256, Tokens = 4096, Rows = 1024, Columns = 1024;

    public static IEnumerable<KernelCase> All =>
    [
        Embedding(gradient: false),
        Embedding(gradient: true),
        Forward(Group, "index_select", static x => x[0].index_select(0, x[1]), Tokens * Width, Real(Vocabulary, Width), Index(Vocabulary, Tokens)),
        Forward(
            Group, "index_add", static x => x[0].index_add(0, x[1], x[2], 1), Vocabulary * Width,
            Real(Vocabulary, Width), Index(Vocabulary, Tokens), Real(Tokens, Width)),
        Forward(Group, "gather of rows", static x => x[0].gather(1, x[1]), Rows * Columns, Real(Rows, Columns), Index(Columns, Rows, Columns)),
        Forward(
            Group, "scatter_add of rows", static x => x[0].scatter_add(1, x[1], x[2]), Rows * Columns,
            Real(Rows, Columns), Index(Columns, Rows, Columns), Real(Rows, Columns)),
        Forward(Group, "index by tensors", static x => x[0][TensorIndex.Tensor(x[1]), TensorIndex.Tensor(x[2])], Tokens,
            Real(Rows, Columns), Index(Rows, Tokens), Index(Columns, Tokens)),
        Forward(Group, "index_put by tensors", static x => x[0].clone().index_put_(x[3], TensorIndex.Tensor(x[1]), TensorIndex.Tensor(x[2])), Rows * Columns,
            Real(Rows, Columns), Index(Rows, Rows * Columns), Index(Columns, Rows * Columns), Real(Rows * Columns)),
        Forward(Group, "index_put by tensors, accumulated", static x => x[0].clone().index_put_(x[3], [TensorIndex.Tensor(x[1]), TensorIndex.Tensor(x[2])], true), Rows * Columns,
            Real(Rows, Columns), Index(Rows, Rows * Columns), Index(Columns, Rows * Columns), Real(Rows * Columns)),
        Forward(Group, "masked_fill", static x => x[0].masked_fill(x[1].gt(x[0]), 0), Rows * Columns, Real(Rows, Columns), Real(Rows, Columns)),
        Forward(Group, "masked_select", static x => x[0].masked_select(x[0].gt(0)), Rows * Columns, Real(Rows, Columns)),
        Forward(Group, "nonzero", static x => x[0].gt(0).nonzero(), Rows * Columns, Real(Rows, Columns)),
        Forward(Group, "where", static x => where(x[0].gt(0), x[0], x[1]), Rows * Columns, Real(Rows, Columns), Real(Rows, Columns)),
        Forward(Group, "sort of rows", static x => First(x[0].sort(1)), Rows * Columns, Real(Rows, Columns)),
        Forward(Group, "sort", static x => First(x[0].sort(0)), 1 << 20, Real(1 << 20)),
        Forward(Group, "argsort of integers", static x => x[0].argsort(0), 1 << 20, Index(1 << 30, 1 << 20)),
        Forward(Group, "topk of rows", static x => First(x[0].topk(10, 1)), Rows * 10, Real(Rows, Columns)),
        Forward(Group, "tril", static x => x[0].tril(), Rows * Columns, Real(Rows, Columns)),
        Forward(Group, "bincount", static x => x[0].bincount(null), 2 * Rows, Index(Rows, Rows * Columns)),
        Forward(Group, "unique", static x => x[0].unique().output, 2 * Rows, Index(Rows, Rows * Columns)),
        Forward(Group, "multinomial", static x => Chosen(x[0]), 8 * Rows, Real(Rows, Columns)),
        Forward(Group, "one_hot", static x => nn.functional.one_hot(x[0], 1000), Tokens * 1000, Index(1000, Tokens)),
    ];

    /// <summary>The values of a pair of results; the indices' memory is given back.</summary>
    private static Tensor First((Tensor Values, Tensor Indices) results)
    {
        results.Indices.Dispose();
        return results.Values;
    }

    private static Tensor Chosen(Tensor logits)
    {
        using Tensor weights = logits.exp();
        return weights.multinomial(4);
    }

    private static KernelCase Embedding(bool gradient) => new(
        $"embedding {Vocabulary}x{Width}{(gradient ? " forward+backward" : string.Empty)}",
        Group,
        new Work(Bytes: sizeof(float) * Width * (gradient ? (4.0 * Tokens) + Vocabulary : 2.0 * Tokens)),
        new PeerCase(gradient ? "embedding_gradient" : "embedding", new { vocabulary = Vocabulary, width = Width, tokens = Tokens }),
        () =>
        {
            TorchSharp.Modules.Embedding module = nn.Embedding(Vocabulary, Width);
            Tensor weight = module.weight!.requires_grad_(gradient), index = randint(0, Vocabulary, [Tokens], int64), ones = randn(Tokens, Width);
            return () =>
            {
                using Tensor y = module.forward(index);
                if (gradient)
                {
                    autograd.grad([y], [weight], [ones])[0].Dispose();
                }
            };
        });
}
