using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Element-wise ops.</content>
internal static partial class OpInfos
{
    private static readonly DType[] s_numbers = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8];
    private static readonly DType[] s_signed = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.Int16, DType.Int8];
    private static readonly DType[] s_all = [.. s_numbers, DType.Bool];
    private static readonly DType[] s_whole = [DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8, DType.Bool];
    private static readonly DType[] s_discrete = [DType.Int64, DType.Int32, DType.UInt8, DType.Bool];
    private static readonly DType[] s_withIntegers = [DType.Float32, DType.Float64, DType.Int64];

    /// <summary>The element-wise ops.</summary>
    public static IReadOnlyList<PointwiseInfo> Pointwise { get; } = [.. Binary(), .. Comparisons(), .. Unary(), .. Activations(), .. Ternary(), .. Backward(), .. Special()];

    private static PointwiseInfo Two(string name, Func<double, double, double> reference) => new(name, 2, (x, _) => reference(x[0], x[1]));

    private static PointwiseInfo WithScalar(string name, Func<double, double, double> reference, long scalar = 2) =>
        new(name, 1, (x, s) => reference(x[0], s[0])) { Attrs = [Whole(scalar)] };

    private static PointwiseInfo One(string name, Func<double, double> reference) => new(name, 1, (x, _) => reference(x[0]));

    private static IEnumerable<PointwiseInfo> Binary()
    {
        yield return new PointwiseInfo("add.Tensor", 2, (x, s) => x[0] + (s[0] * x[1])) { Attrs = [Whole(2)], DTypes = s_numbers, Extremes = Extremes.Moderate };
        yield return new PointwiseInfo("add.Scalar", 1, (x, s) => x[0] + (s[1] * s[0])) { Attrs = [Whole(3), Whole(2)], DTypes = s_numbers };
        yield return new PointwiseInfo("sub.Tensor", 2, (x, s) => x[0] - (s[0] * x[1])) { Attrs = [Whole(2)], DTypes = s_signed, Extremes = Extremes.Moderate };
        yield return new PointwiseInfo("sub.Scalar", 1, (x, s) => x[0] - (s[1] * s[0])) { Attrs = [Whole(3), Whole(2)], DTypes = s_signed };
        yield return new PointwiseInfo("rsub.Scalar", 1, (x, s) => s[0] - (s[1] * x[0])) { Attrs = [Whole(3), Whole(2)], DTypes = s_signed, Extremes = Extremes.Moderate };
        yield return Two("mul.Tensor", static (x, y) => x * y) with { DTypes = s_all };
        yield return WithScalar("mul.Scalar", static (x, y) => x * y, 3) with { DTypes = s_numbers };
        yield return Two("div.Tensor", static (x, y) => x / y) with { DTypes = s_numbers, LastDomain = (0.5, 4) };
        yield return WithScalar("div.Scalar", static (x, y) => x / y, 3) with { DTypes = s_numbers };
        yield return Two("div.Tensor_mode", static (x, y) => Math.Floor(x / y)) with
        {
            Attrs = [Attr.Of("floor")], DTypes = s_numbers, Domain = (-40, 40), LastDomain = (1.3, 6), Refusals = DividedByZero(Attr.Of("floor")), Extremes = Extremes.None,
        };
        yield return WithScalar("div.Scalar_mode", static (x, y) => Math.Truncate(x / y), 3) with
        {
            Attrs = [Whole(3), Attr.Of("trunc")], DTypes = s_numbers, Domain = (-40, 40), Refusals = DividedByZero(Whole(0), Attr.Of("trunc")), Extremes = Extremes.None,
        };
        yield return Two("floor_divide.Tensor", static (x, y) => Math.Floor(x / y)) with { DTypes = s_signed, Domain = (-40, 40), LastDomain = (-6, -1.3), Refusals = DividedByZero(), Extremes = Extremes.None };
        yield return WithScalar("floor_divide.Scalar", static (x, y) => Math.Floor(x / y), 3) with { DTypes = s_numbers, Domain = (-40, 40), Refusals = DividedByZero(Whole(0)), Extremes = Extremes.None };
        yield return Two("remainder.Tensor", FloorRemainder) with { DTypes = s_signed, Domain = (-40, 40), LastDomain = (-6, -1.3), Refusals = DividedByZero(), Extremes = Extremes.None };
        yield return WithScalar("remainder.Scalar", FloorRemainder, 3) with { DTypes = s_numbers, Domain = (-40, 40), Refusals = DividedByZero(Whole(0)), Extremes = Extremes.None };
        yield return Two("fmod.Tensor", static (x, y) => x % y) with { DTypes = s_signed, Domain = (-40, 40), LastDomain = (1.3, 6), Refusals = DividedByZero(), Extremes = Extremes.None };
        yield return WithScalar("fmod.Scalar", static (x, y) => x % y, 3) with { DTypes = s_numbers, Domain = (-40, 40), Refusals = DividedByZero(Whole(0)), Extremes = Extremes.None };
        yield return Two("pow.Tensor_Tensor", Math.Pow) with { DTypes = s_withIntegers, Domain = (0.6, 4), LastDomain = (0.6, 3), Extremes = Extremes.Moderate };
        yield return WithScalar("pow.Tensor_Scalar", Math.Pow, 3) with { DTypes = s_withIntegers };
        yield return new PointwiseInfo("pow.Scalar", 1, static (x, s) => Math.Pow(s[0], x[0])) { Attrs = [Whole(3)], DTypes = s_withIntegers, Domain = (0, 3), Extremes = Extremes.Moderate };
        yield return Two("maximum", Math.Max) with { DTypes = s_all };
        yield return Two("minimum", Math.Min) with { DTypes = s_all };
        yield return Two("atan2", Math.Atan2) with { DTypes = s_withIntegers, Domain = (0.2, 3) };
    }

    private static IEnumerable<PointwiseInfo> Comparisons()
    {
        (string Name, Func<double, double, bool> Holds)[] comparisons =
        [
            ("eq", static (x, y) => x == y), ("ne", static (x, y) => x != y), ("lt", static (x, y) => x < y),
            ("le", static (x, y) => x <= y), ("gt", static (x, y) => x > y), ("ge", static (x, y) => x >= y),
        ];
        foreach ((string name, Func<double, double, bool> holds) in comparisons)
        {
            yield return Two(name + ".Tensor", (x, y) => holds(x, y) ? 1 : 0) with { DTypes = s_all };
            yield return WithScalar(name + ".Scalar", (x, y) => holds(x, y) ? 1 : 0, 1) with { DTypes = s_all };
        }

        yield return Two("logical_and", static (x, y) => x != 0 && y != 0 ? 1 : 0) with { DTypes = s_all };
        yield return Two("logical_or", static (x, y) => x != 0 || y != 0 ? 1 : 0) with { DTypes = s_all };
        yield return Two("logical_xor", static (x, y) => (x != 0) != (y != 0) ? 1 : 0) with { DTypes = s_all };
        yield return One("logical_not", static x => x == 0 ? 1 : 0) with { DTypes = s_all };
        yield return Two("bitwise_and.Tensor", static (x, y) => (long)x & (long)y) with { DTypes = s_discrete, Domain = (0, 100) };
        yield return Two("bitwise_or.Tensor", static (x, y) => (long)x | (long)y) with { DTypes = s_discrete, Domain = (0, 100) };
        yield return Two("bitwise_xor.Tensor", static (x, y) => (long)x ^ (long)y) with { DTypes = s_discrete, Domain = (0, 100) };
        DType[] integers = [DType.Int64, DType.Int32, DType.UInt8];
        yield return WithScalar("bitwise_and.Scalar", static (x, y) => (long)x & (long)y, 21) with { DTypes = integers, Domain = (0, 100) };
        yield return WithScalar("bitwise_or.Scalar", static (x, y) => (long)x | (long)y, 21) with { DTypes = integers, Domain = (0, 100) };
        yield return WithScalar("bitwise_xor.Scalar", static (x, y) => (long)x ^ (long)y, 21) with { DTypes = integers, Domain = (0, 100) };
        yield return One("bitwise_not", static x => ~(long)x) with { DTypes = [DType.Int64, DType.Int32, DType.Int16, DType.Int8], Unreferenced = [DType.Bool], Domain = (-100, 100) };
        yield return One("bitwise_not", static x => x == 0 ? 1 : 0) with { Variant = "of truth values", DTypes = [DType.Bool], Unreferenced = s_numbers };
        yield return One("isnan", static x => double.IsNaN(x) ? 1 : 0) with { DTypes = s_all };
        yield return One("isinf", static x => double.IsInfinity(x) ? 1 : 0) with { DTypes = s_all };
        yield return One("isfinite", static x => double.IsFinite(x) ? 1 : 0) with { DTypes = s_all };
    }

    private static IEnumerable<PointwiseInfo> Unary()
    {
        double[] integersAreKinks = [-3, -2, -1, 0, 1, 2, 3];
        yield return One("neg", static x => -x) with { DTypes = s_signed };
        yield return One("abs", Math.Abs) with { DTypes = s_numbers, Kinks = [0] };
        yield return One("exp", Math.Exp) with { DTypes = s_all };
        yield return One("exp2", static x => Math.Pow(2, x)) with { DTypes = s_all };
        yield return One("expm1", References.Expm1) with { DTypes = s_all, Tolerance = 8 };
        yield return One("log", Math.Log) with { DTypes = s_all, Domain = (0.2, 9) };
        yield return One("log2", Math.Log2) with { Domain = (0.2, 9), Tolerance = 8, AbsoluteTolerance = 1 };
        yield return One("log10", Math.Log10) with { Domain = (0.2, 9), Tolerance = 8, AbsoluteTolerance = 1 };
        yield return One("log1p", References.Log1p) with { Domain = (-0.8, 9), Tolerance = 8 };
        yield return One("sqrt", Math.Sqrt) with { DTypes = s_numbers, Domain = (0.2, 9) };
        yield return One("rsqrt", static x => 1 / Math.Sqrt(x)) with { Domain = (0.2, 9) };
        yield return One("square", static x => x * x) with { DTypes = s_all };
        yield return One("reciprocal", static x => 1 / x) with { Domain = (0.3, 3) };
        yield return One("sin", Math.Sin) with { DTypes = s_withIntegers, Extremes = Extremes.Moderate, AbsoluteTolerance = 1 };
        yield return One("cos", Math.Cos) with { DTypes = s_withIntegers, Extremes = Extremes.Moderate, AbsoluteTolerance = 1 };
        yield return One("tan", Math.Tan) with { Domain = (-1.2, 1.2), Extremes = Extremes.Moderate, Tolerance = 8 };
        yield return One("asin", Math.Asin) with { Domain = (-0.9, 0.9), Tolerance = 8 };
        yield return One("acos", Math.Acos) with { Domain = (-0.9, 0.9), Tolerance = 8, AbsoluteTolerance = 2 };
        yield return One("atan", Math.Atan) with { Tolerance = 8 };
        yield return One("sinh", Math.Sinh) with { Tolerance = 8 };
        yield return One("cosh", Math.Cosh) with { Tolerance = 8 };
        yield return One("tanh", Math.Tanh) with { DTypes = s_withIntegers, Tolerance = 8 };
        yield return One("erf", References.Erf) with { DTypes = s_withIntegers, Tolerance = 8 };
        yield return One("floor", Math.Floor) with { DTypes = s_numbers, Kinks = integersAreKinks };
        yield return One("ceil", Math.Ceiling) with { DTypes = s_numbers, Kinks = integersAreKinks };
        yield return One("round", static x => Math.Round(x, MidpointRounding.ToEven)) with { DTypes = s_numbers, Kinks = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5] };
        yield return One("round.decimals", static x => Math.Round(x, 1)) with { Attrs = [Attr.Of(1L)], Extremes = Extremes.None, Kinks = [.. Enumerable.Range(-30, 61).Select(static i => (i + 0.5) / 10)] };
        yield return One("trunc", Math.Truncate) with { DTypes = s_numbers, Kinks = integersAreKinks };
        yield return One("frac", static x => x - Math.Truncate(x)) with { Kinks = integersAreKinks };
        yield return One("sign", static x => double.IsNaN(x) ? 0 : Math.Sign(x)) with { DTypes = s_numbers, Kinks = [0] };
        yield return One("clone", static x => x) with { DTypes = s_all };
        yield return One("_to_copy", static x => x) with { DTypes = s_all, Attrs = [Attr.Of(DType.Float64)] };
    }

    private static IEnumerable<PointwiseInfo> Activations()
    {
        yield return One("sigmoid", References.Sigmoid) with { DTypes = s_withIntegers, Tolerance = 8 };
        yield return One("relu", static x => double.IsNaN(x) ? x : Math.Max(x, 0)) with { DTypes = s_numbers, Kinks = [0] };
        yield return One("silu", static x => x * References.Sigmoid(x)) with { Tolerance = 12, Extremes = Extremes.Moderate };
        yield return One("mish", static x => x * Math.Tanh(References.Softplus(x))) with { Tolerance = 16, AbsoluteTolerance = 2, Extremes = Extremes.Moderate };
        yield return One("hardswish", static x => x * Math.Min(Math.Max(x + 3, 0), 6) / 6) with { Kinks = [-3, 3], Domain = (-5, 5), Extremes = Extremes.Moderate, AbsoluteTolerance = 4 };
        yield return One("hardsigmoid", static x => Math.Min(Math.Max(x + 3, 0), 6) / 6) with { Kinks = [-3, 3], Domain = (-5, 5), AbsoluteTolerance = 4 };
        yield return One("log_sigmoid", static x => double.IsNaN(x) ? x : Math.Min(x, 0) - References.Log1p(Math.Exp(-Math.Abs(x)))) with { Tolerance = 8 };
        yield return One("gelu", static x => 0.5 * x * (1 + References.Erf(x * Math.Sqrt(0.5)))) with { Attrs = [Attr.Of("none")], Tolerance = 12, AbsoluteTolerance = 8 };
        yield return One("gelu", static x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))) with
        {
            Variant = "tanh", Attrs = [Attr.Of("tanh")], Tolerance = 12, AbsoluteTolerance = 8, Extremes = Extremes.Moderate,
        };
        yield return One("softplus", static x => x * 2 > 3 ? x : References.Log1p(Math.Exp(x * 2)) / 2) with { Attrs = [Number(2), Number(3)], Kinks = [1.5], Tolerance = 8 };
        yield return One("leaky_relu", static x => x > 0 ? x : x * 0.25) with { Attrs = [Number(0.25)], Kinks = [0] };
        yield return One("hardtanh", static x => double.IsNaN(x) ? x : Math.Min(Math.Max(x, -1), 2)) with
        {
            Attrs = [Number(-1), Number(2)], Kinks = [-1, 2],
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.UInt8, [3])], Number(-1), Number(2)), "cannot do hardtanh on an unsigned type with negative limits")],
        };
        yield return One("elu", static x => x > 0 ? x * 1.5 : 0.75 * 1.5 * References.Expm1(x * 0.5)) with { Attrs = [Number(0.75), Number(1.5), Number(0.5)], Kinks = [0], Tolerance = 8 };
    }

    private static IEnumerable<PointwiseInfo> Ternary()
    {
        yield return new PointwiseInfo("where.self", 3, static (x, _) => x[0] != 0 ? x[1] : x[2]) { FirstDType = DType.Bool, DTypes = s_all };
        yield return new PointwiseInfo("where.ScalarOther", 2, static (x, s) => x[0] != 0 ? x[1] : s[0]) { FirstDType = DType.Bool, DTypes = s_numbers, Attrs = [Whole(5)] };
        yield return new PointwiseInfo("where.ScalarSelf", 2, static (x, s) => x[0] != 0 ? s[0] : x[1]) { FirstDType = DType.Bool, DTypes = s_numbers, Attrs = [Whole(5)] };
        yield return new PointwiseInfo("masked_fill.Scalar", 2, static (x, s) => x[1] != 0 ? s[0] : x[0]) { SecondDType = DType.Bool, DTypes = s_numbers, Attrs = [Whole(5)] };

        // Bounds are of the tensor's dtype: -1 is 255 among unsigned bytes.
        yield return One("clamp", static x => Math.Min(Math.Max(x, -1), 2)) with { Attrs = [Whole(-1), Whole(2)], DTypes = s_signed, Unreferenced = [DType.UInt8], Kinks = [-1, 2] };
        yield return new PointwiseInfo("clamp.Tensor", 3, static (x, _) => x.Any(double.IsNaN) ? double.NaN : Math.Min(Math.Max(x[0], x[1]), x[2])) { DTypes = s_numbers };
        yield return One("clamp_min", static x => Math.Max(x, 1)) with { Attrs = [Whole(1)], DTypes = s_numbers, Kinks = [1] };
        yield return One("clamp_max", static x => Math.Min(x, 1)) with { Attrs = [Whole(1)], DTypes = s_numbers, Kinks = [1] };
        yield return new PointwiseInfo("addcmul", 3, static (x, s) => x[0] + (s[0] * x[1] * x[2])) { Attrs = [Number(0.5)], Unreferenced = s_whole, Extremes = Extremes.Moderate, AbsoluteTolerance = 12 };
        yield return new PointwiseInfo("addcdiv", 3, static (x, s) => x[0] + (s[0] * x[1] / x[2])) { Attrs = [Number(0.5)], LastDomain = (0.5, 3), Extremes = Extremes.Moderate, AbsoluteTolerance = 12 };
        yield return new PointwiseInfo("lerp.Scalar", 2, static (x, s) => x[0] + (s[0] * (x[1] - x[0]))) { Attrs = [Number(0.75)], Extremes = Extremes.None, AbsoluteTolerance = 4 };
    }

    private static IEnumerable<PointwiseInfo> Backward()
    {
        yield return Two("threshold_backward", static (g, x) => x > 0.5 ? g : 0) with { Attrs = [Number(0.5)], Extremes = Extremes.None };
        yield return Two("sigmoid_backward", static (g, y) => g * (1 - y) * y) with { Extremes = Extremes.None, AbsoluteTolerance = 4 };
        yield return Two("tanh_backward", static (g, y) => g * (1 - (y * y))) with { Extremes = Extremes.None, AbsoluteTolerance = 12 };
        yield return Slope("gelu_backward", "gelu", Attr.Of("none"));
        yield return Slope("gelu_backward", "gelu (tanh)", Attr.Of("tanh")) with { Variant = "tanh" };
        yield return Slope("silu_backward", "silu");
        yield return Slope("mish_backward", "mish");
        yield return Slope("hardswish_backward", "hardswish");
        yield return Slope("hardsigmoid_backward", "hardsigmoid");
        yield return Slope("log_sigmoid_backward", "log_sigmoid");
        yield return Slope("softplus_backward", "softplus", Number(2), Number(3));
        yield return Slope("leaky_relu_backward", "leaky_relu", Number(0.25), Attr.Of(false));
        yield return Slope("elu_backward", "elu", Number(0.75), Number(1.5), Number(0.5), Attr.Of(false));
        yield return Two("elu_backward", static (g, y) => g * 1.5 * (y > 0 ? 1 : 0.5 * ((y / 1.5) + 0.75))) with
        {
            Variant = "from the result", Attrs = [Number(0.75), Number(1.5), Number(0.5), Attr.Of(true)], Domain = (-0.7, 2), Kinks = [0], Extremes = Extremes.None, Tolerance = 12, AbsoluteTolerance = 4,
        };
        yield return Two("clamp_backward", static (g, x) => x is >= -1 and <= 2 ? g : 0) with { Attrs = [Whole(-1), Whole(2)], Unreferenced = [DType.UInt8, DType.Bool], Extremes = Extremes.None };
        yield return Two("hardtanh_backward", static (g, x) => x is <= -1 or >= 2 ? 0 : g) with { Attrs = [Number(-1), Number(2)], Extremes = Extremes.None };
        yield return new PointwiseInfo("_masked_scale", 2, static (x, s) => x[0] * x[1] * s[0]) { SecondDType = DType.Bool, Attrs = [Number(1.25)] };

        // A gradient op against finite differences of the function it belongs to.
        static PointwiseInfo Slope(string name, string function, params Attr[] attrs)
        {
            PointwiseInfo info = Activations().Single(candidate => candidate.ToString() == function);
            return Two(name, (g, x) => g * (info.Element([x + 1e-5], info.Scalars) - info.Element([x - 1e-5], info.Scalars)) / 2e-5) with
            {
                Attrs = attrs, IsReferenceRough = true, Unreferenced = s_whole, Extremes = Extremes.None, Kinks = info.Kinks, Tolerance = 40, AbsoluteTolerance = 40,
            };
        }
    }

    /// <summary>Integers by an integer zero: in a tensor, or the first of the attributes.</summary>
    private static Refusal[] DividedByZero(params Attr[] attrs)
    {
        bool byScalar = attrs is [{ Kind: AttrKind.Scalar }, ..];
        return [new Refusal(() => new Sample(byScalar ? [Draw.Of(DType.Int32, [3])] : [Draw.Of(DType.Int32, [3]), Compiler.Tensors.From(DType.Int64, [3], static i => i - 1)], attrs), "ZeroDivisionError")];
    }

    private static double FloorRemainder(double x, double y)
    {
        double rest = x % y;
        return rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
    }
}
