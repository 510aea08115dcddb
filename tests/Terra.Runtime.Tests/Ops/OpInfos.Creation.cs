using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Copies, fills, tensors made from numbers, and random draws.</content>
internal static partial class OpInfos
{
    private static readonly PhiloxState s_philox = new(42, 1000);

    private static IEnumerable<OpInfo> Creation()
    {
        yield return new KernelInfo("copy_", static s => [Nd.Make(s[0].Sizes, s[1].Broadcast)], static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4]), Draw.Of(dtype, [3, 4], -2, 1)]), new Sample([Draw.Of(dtype, [3, 4]), Draw.Of(dtype, [4])]), new Sample([Draw.Of(dtype, [3, 4]), Draw.Of(dtype.IsFloatingPoint() ? dtype : DType.Int64, [])]),
            new Sample([Draw.Of(dtype, [0, 4]), Draw.Of(dtype, [4])]), new Sample([Draw.Of(dtype, []), Draw.Of(dtype, [])]),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [3, 70001]), Draw.Of(dtype, [70001])]),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [2, 3])]), "output with shape [3] doesn't match the broadcast shape [2, 3]")],
        };
        yield return new KernelInfo("fill_.Scalar", static s => [Nd.Make(s[0].Sizes, _ => s.Number(0))], static dtype => Written(dtype).Select(static x => new Sample([x], Whole(1))))
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [300_001])], Whole(3)),
        };
        yield return new KernelInfo("zero_", static s => [Nd.Zeros(s[0].Sizes)], static dtype => Written(dtype).Select(static x => new Sample([x])))
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [300_001])]),
        };
        yield return new KernelInfo("full", static s => [Nd.Make(s.Ints(0), _ => s.Number(1))], static dtype =>
        [
            new Sample([], Attr.Of([2L, 3L]), Whole(1), Attr.Of(dtype)), new Sample([], Attr.Of(Array.Empty<long>()), Whole(0), Attr.Of(dtype)), new Sample([], Attr.Of([0L, 2L]), Whole(1), Attr.Of(dtype)),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([], Attr.Of([300_001L]), Whole(3), Attr.Of(dtype)),
            Refusals = [new Refusal(static () => new Sample([], Attr.Of([2L, -1L]), Whole(1), Attr.Of(DType.Float32)), "Trying to create tensor with negative dimension -1*")],
        };
        yield return new KernelInfo("arange.start_step", static s => [Nd.Make([(long)Math.Ceiling((s.Number(1) - s.Number(0)) / s.Number(2))], index => s.Number(0) + (index[0] * s.Number(2)))], static dtype =>
        [
            new Sample([], Whole(0), Whole(7), Whole(1), Attr.Of(dtype)), new Sample([], Whole(9), Whole(2), Whole(-3), Attr.Of(dtype)), new Sample([], Whole(2), Whole(2), Whole(1), Attr.Of(dtype)), new Sample([], Whole(0), Whole(100), Whole(7), Attr.Of(dtype)),
        ])
        {
            DTypes = s_numbers, Many = static dtype => new Sample([], Whole(0), Whole(300_001), Whole(1), Attr.Of(dtype)),
            Refusals =
            [
                new Refusal(static () => new Sample([], Whole(0), Whole(1), Whole(0), Attr.Of(DType.Float32)), "step must be nonzero"),
                new Refusal(static () => new Sample([], Whole(0), Whole(1), Whole(-1), Attr.Of(DType.Float32)), "upper bound and larger bound inconsistent with step sign"),
                new Refusal(static () => new Sample([], Whole(0), Number(double.NaN), Whole(1), Attr.Of(DType.Float32)), "unsupported range*"),
            ],
        };
        yield return new KernelInfo("eye.m", static s => [Nd.Make([s.Int(0), s.Int(1)], static index => index[0] == index[1] ? 1 : 0)], static dtype =>
            [new Sample([], Attr.Of(3L), Attr.Of(4L), Attr.Of(dtype)), new Sample([], Attr.Of(4L), Attr.Of(1L), Attr.Of(dtype)), new Sample([], Attr.Of(0L), Attr.Of(2L), Attr.Of(dtype)), new Sample([], Attr.Of(2L), Attr.Of(0L), Attr.Of(dtype))])
        {
            DTypes = s_all, Many = static dtype => new Sample([], Attr.Of(400L), Attr.Of(301L), Attr.Of(dtype)),
            Refusals = [new Refusal(static () => new Sample([], Attr.Of(-1L), Attr.Of(2L), Attr.Of(DType.Float32)), "*negative dimension*")],
        };
        yield return new KernelInfo("linspace", static s => [Nd.Make([s.Int(2)], index => s.Int(2) == 1 ? s.Number(0) : s.Number(0) + ((s.Number(1) - s.Number(0)) * index[0] / (s.Int(2) - 1)))], static dtype =>
            [new Sample([], Number(-2), Number(3), Attr.Of(11L), Attr.Of(dtype)), new Sample([], Number(1), Number(-1), Attr.Of(4L), Attr.Of(dtype)), new Sample([], Number(5), Number(7), Attr.Of(1L), Attr.Of(dtype)), new Sample([], Number(5), Number(7), Attr.Of(0L), Attr.Of(dtype))])
        {
            AbsoluteTolerance = 4, Refusals = [new Refusal(static () => new Sample([], Number(0), Number(1), Attr.Of(-1L), Attr.Of(DType.Float32)), "number of steps must be non-negative")],
        };
    }

    /// <summary>What the draws are distributed like is tested by <see cref="RandomOpTests"/>.</summary>
    private static IEnumerable<OpInfo> Drawing()
    {
        yield return Drawn("rand", static dtype => [new Sample([], Attr.Of([5L, 7L]), Attr.Of(dtype), Attr.Of(s_philox)), new Sample([], Attr.Of([0L]), Attr.Of(dtype), Attr.Of(s_philox))], 0, static (_, v) => v is >= 0 and < 1);
        yield return Drawn("randn", static dtype => [new Sample([], Attr.Of([5L, 7L]), Attr.Of(dtype), Attr.Of(s_philox)), new Sample([], Attr.Of(Array.Empty<long>()), Attr.Of(dtype), Attr.Of(s_philox))], 0, static (_, v) => Math.Abs(v) < 9);
        yield return Drawn("randint.low", static dtype => [new Sample([], Whole(2), Whole(6), Attr.Of([5L, 7L]), Attr.Of(dtype), Attr.Of(s_philox))], 2, static (_, v) => v is 2 or 3 or 4 or 5) with
        {
            DTypes = s_numbers,
            Refusals =
            [
                new Refusal(static () => new Sample([], Whole(3), Whole(3), Attr.Of([2L]), Attr.Of(DType.Int64), Attr.Of(s_philox)), "random_ expects 'from' to be less than 'to'*"),
                new Refusal(static () => new Sample([], Whole(2), Whole(6), Attr.Of([2L]), Attr.Of(DType.Bool), Attr.Of(s_philox)), "to - 1 is out of bounds for Bool"),
                new Refusal(static () => new Sample([], Whole(-1), Whole(6), Attr.Of([2L]), Attr.Of(DType.UInt8), Attr.Of(s_philox)), "from is out of bounds for Byte"),
            ],
        };
        yield return new KernelInfo("randperm", static s => [Nd.Zeros(s.Int(0))], static dtype => [new Sample([], Attr.Of(20L), Attr.Of(dtype), Attr.Of(s_philox)), new Sample([], Attr.Of(0L), Attr.Of(dtype), Attr.Of(s_philox))])
        {
            DTypes = [DType.Int64, DType.Int32, DType.Float32], Holds = static (s, v) => v >= 0 && v < s.Int(0) && v == Math.Floor(v),
        };
        yield return DrawnInto("uniform_", [Number(-1), Number(2), Attr.Of(s_philox)], static v => v is >= -1 and <= 2);
        yield return DrawnInto("normal_", [Number(1), Number(2), Attr.Of(s_philox)], static v => Math.Abs(v - 1) < 18) with
        {
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Number(0), Number(-1), Attr.Of(s_philox)), "normal expects std >= 0.0, but found std -1*")],
        };
        yield return DrawnInto("bernoulli_.float", [Number(0.5), Attr.Of(s_philox)], static v => v is 0 or 1) with
        {
            DTypes = s_all, Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Number(1.5), Attr.Of(s_philox)), "bernoulli_ probability has to be between 0 and 1, but got 1.5")],
        };
        yield return new KernelInfo("bernoulli", static s => [Nd.Zeros(s[0].Sizes)], static dtype => [new Sample([Draw.Of(dtype, [5, 7], 0, 1)], Attr.Of(s_philox))])
        {
            Holds = static (_, v) => v is 0 or 1, Many = static dtype => new Sample([Draw.Of(dtype, [300_001], 0, 1)], Attr.Of(s_philox)), Gradients = static () => [new Sample([Compiler.Tensors.Floats([4], static i => i % 2 == 0 ? -1 : 2, DType.Float64)], Attr.Of(s_philox))],
        };
        yield return new KernelInfo("dropout_mask", static s => [Nd.Zeros(s[0].Sizes)], static dtype => [new Sample([Draw.Of(dtype, [5, 7])], Number(0.5), Attr.Of(s_philox))])
        {
            Holds = static (_, v) => v is 0 or 1, Many = static dtype => new Sample([Draw.Of(dtype, [300_001])], Number(0.5), Attr.Of(s_philox)),
        };
        yield return new KernelInfo("multinomial", static s => [Nd.Zeros([.. s[0].Sizes[..^1], s.Int(0)])], static dtype =>
            [new Sample([Draw.Of(dtype, [5], 0.1, 1)], Attr.Of(3L), Attr.Of(false), Attr.Of(s_philox)), new Sample([Draw.Of(dtype, [2, 5], 0.1, 1)], Attr.Of(8L), Attr.Of(true), Attr.Of(s_philox))])
        {
            Holds = static (s, v) => v >= 0 && v < s[0].Sizes[^1] && v == Math.Floor(v),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3], -2, -1)], Attr.Of(1L), Attr.Of(true), Attr.Of(s_philox)), "probability tensor contains either `inf`, `nan` or element < 0"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3], 0.1, 1)], Attr.Of(4L), Attr.Of(false), Attr.Of(s_philox)), "cannot sample n_sample > prob_dist.size(-1)*"),
            ],
        };
    }

    private static IEnumerable<OpInfo> Variates()
    {
        yield return new KernelInfo("poisson", static s => [Nd.Zeros(s[0].Sizes)], static dtype => [new Sample([Draw.Of(dtype, [5, 7], 0, 30)], Attr.Of(s_philox)), new Sample([Draw.Of(dtype, [0, 2])], Attr.Of(s_philox)), new Sample([Draw.Of(dtype, [], 1, 2)], Attr.Of(s_philox))])
        {
            Holds = static (_, v) => v >= 0 && v == Math.Floor(v), Many = static dtype => new Sample([Draw.Of(dtype, [30_001], 0, 30)], Attr.Of(s_philox)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3], -2, -1)], Attr.Of(s_philox)), "invalid Poisson rate, expected rate to be non-negative"), new Refusal(static () => new Sample([Draw.Of(DType.Int64, [3])], Attr.Of(s_philox)), "*not implemented for 'Long'")],
        };
        yield return new KernelInfo("binomial", static s => [Nd.Zeros(s[0].Sizes)], static dtype => [new Sample([Compiler.Tensors.Floats([5, 7], static i => i * i, dtype), Draw.Of(dtype, [5, 7], 0, 1)], Attr.Of(s_philox)), new Sample([Draw.Of(dtype, [0]), Draw.Of(dtype, [0])], Attr.Of(s_philox))])
        {
            Holds = static (_, v) => v is >= 0 and <= 1156 && v == Math.Floor(v), Gradients = static () => [new Sample([Draw.Of(DType.Float64, [5], 2.1, 2.9), Draw.Of(DType.Float64, [5], 0.2, 0.3)], Attr.Of(s_philox))],
            Many = static dtype => new Sample([Compiler.Tensors.Floats([30_001], static i => i % 100, dtype), Draw.Of(dtype, [30_001], 0, 1)], Attr.Of(s_philox)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [2])], Attr.Of(s_philox)), "binomial: expected count and prob of equal sizes and dtype*")],
        };
        yield return new KernelInfo("_standard_gamma", static s => [Nd.Zeros(s[0].Sizes)], static dtype => [new Sample([Draw.Of(dtype, [5, 7], 0.1, 9)], Attr.Of(s_philox)), new Sample([Draw.Of(dtype, [0])], Attr.Of(s_philox))])
        {
            Holds = static (_, v) => v is > 0 and < 60, Many = static dtype => new Sample([Draw.Of(dtype, [30_001], 0.1, 9)], Attr.Of(s_philox)), KeepsQuantiles = true,
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Int64, [3])], Attr.Of(s_philox)), "*not implemented for 'Long'")],
        };
    }

    private static IEnumerable<TensorImpl> Written(DType dtype) => [Draw.Of(dtype, [3, 4]), Draw.Of(dtype, []), Draw.Of(dtype, [0, 2]), Draw.Of(dtype, [2, 3, 37])];

    private static KernelInfo Drawn(string name, Func<DType, IEnumerable<Sample>> draws, int sizes, Func<Sample, double, bool> holds) =>
        new(name, s => [Nd.Zeros(s.Ints(sizes))], draws)
        {
            Holds = holds, Many = dtype =>
            {
                Sample first = draws(dtype).First();
                return first with { Attrs = [.. first.Attrs.Select((attr, i) => i == sizes ? Attr.Of([300_001L]) : attr)] };
            },
        };

    private static KernelInfo DrawnInto(string name, Attr[] attrs, Func<double, bool> holds) =>
        new(name, static s => [Nd.Zeros(s[0].Sizes)], dtype => Written(dtype).Select(x => new Sample([x], attrs)))
        {
            Holds = (_, v) => holds(v), Many = dtype => new Sample([Draw.Of(dtype, [300_001])], attrs),
        };
}
