using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <summary>
/// The table of ops. <b>To add an op</b>, add an entry to its family's file (OpInfos.Pointwise.cs, .Reduction.cs, .Linear.cs, ...):
/// <list type="bullet">
/// <item>an element-wise op: <c>yield return One("exp", Math.Exp) with { DTypes = ..., Tolerance = ... };</c></item>
/// <item>any other: <c>yield return new KernelInfo("mm", reference, draws) with { Many = ... };</c> where <c>reference</c> maps a <see cref="Sample"/>
/// to the results as <see cref="Nd"/> arrays, by plain loops, and <c>draws</c> maps a dtype to row-major samples (<see cref="Draw"/>): with
/// ordinary values, empty, 0-d, and special values (<see cref="Draw.Special"/>).</item>
/// </list>
/// From that one entry follow: results over dtypes and layouts, the in-place twin, first and second derivatives (over the small float64 samples),
/// the same bits in a co-executed step, the same bits with any number of threads (<see cref="KernelInfo.Many"/>), refusals
/// (<see cref="OpInfo.Refusals"/>). A test fails for an op without an entry.
/// </summary>
internal static partial class OpInfos
{
    private static readonly Lazy<IReadOnlyList<OpInfo>> s_entries = new(Make);

    public static IReadOnlyList<OpInfo> All => s_entries.Value;

    public static OpInfo Find(string entry) => All.Single(info => info.ToString() == entry);

    private static OpInfo[] Make() =>
    [
        .. Pointwise,
        .. Neighbours(),
        .. Bessel(),
        .. Reductions(),
        .. Ranking(),
        .. Linear(),
        .. Linalg(),
        .. Indexing(),
        .. Arranging(),
        .. Rows(),
        .. Normalization(),
        .. Sequences(),
        .. RecurrentGradients(),
        .. Optimizers(),
        .. Convolutions(),
        .. Pooling(),
        .. Interpolation(),
        .. Creation(),
        .. Drawing(),
        .. Variates(),
    ];

    private static Attr Number(double value) => Attr.Of((ScalarValue)value);

    private static Attr Whole(long value) => Attr.Of((ScalarValue)value);
}
