using TorchSharp;
using static Terra.Bench.Kernels.Cases.OpCase;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Reductions along rows, columns and planes, and scans.</summary>
internal static class ReductionCases
{
    private const string Group = "reductions";
    private const long Rows = 4096, Columns = 1024, Batch = 64, Channels = 32, Size = 28;

    public static IEnumerable<KernelCase> All =>
    [
        Matrix("sum of rows", Rows, static x => x.sum(1)),
        Matrix("sum of columns", Columns, static x => x.sum(0L)),
        Forward(Group, "sum of columns", static x => x[0].sum(0L), 512, Real(64, 512)),
        Matrix("mean of rows", Rows, static x => x.mean([1])),
        Matrix("max of rows", Rows, static x => x.max(1).values),
        Matrix("amax of columns", Columns, static x => x.amax([0])),
        Matrix("argmax of rows", Rows, static x => x.argmax(1)),
        Matrix("var of rows", Rows, static x => x.var(1)),
        Matrix("logsumexp of rows", Rows, static x => x.logsumexp(1)),
        Matrix("norm", 1, static x => x.norm()),
        Matrix("cumsum of rows", Rows * Columns, static x => x.cumsum(1)),
        Matrix("cumsum of columns", Rows * Columns, static x => x.cumsum(0)),
        Forward(Group, "sum of planes", static x => x[0].sum([0, 2, 3]), Channels, Real(Batch, Channels, Size, Size)),
        Forward(Group, "sum of planes", static x => x[0].sum([0, 2, 3]), 512, Real(8, 512, 7, 7)),
        Forward(Group, "mean of pixels", static x => x[0].mean([2, 3]), Batch * Channels, Real(Batch, Channels, Size, Size)),
        Forward(Group, "argmax of rows", static x => x[0].argmax(1), 64, Real(64, 10)),
        WithGradient(Group, "mean of rows", static x => x[0].mean([1]), Rows, Real(Rows, Columns)),
        WithGradient(Group, "amax of rows", static x => x[0].amax([1]), Rows, Real(Rows, Columns)),
        WithGradient(Group, "var of rows", static x => x[0].var(1), Rows, Real(Rows, Columns)),
    ];

    private static KernelCase Matrix(string op, long written, Func<Tensor, Tensor> apply) =>
        Forward(Group, op, x => apply(x[0]), written, Real(Rows, Columns));
}
