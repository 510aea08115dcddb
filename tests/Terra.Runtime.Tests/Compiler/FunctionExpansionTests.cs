using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class FunctionExpansionTests
{
    [Theory]
    [InlineData(IrOp.Exp)]
    [InlineData(IrOp.Expm1)]
    [InlineData(IrOp.Log)]
    [InlineData(IrOp.Log1p)]
    [InlineData(IrOp.Sin)]
    [InlineData(IrOp.Cos)]
    [InlineData(IrOp.Tanh)]
    [InlineData(IrOp.Erf)]
    [InlineData(IrOp.Sigmoid)]
    public void Float32_functions_are_within_the_stated_error_everywhere(IrOp op)
    {
        const uint Step = 4099;
        long count = (1L << 32) / Step;
        TensorImpl x = Tensors.From(DType.Float32, [count + 11], i => i < count ? (uint)(i * Step) : Special(i - count));
        TensorImpl result = Tensors.Empty(DType.Float32, count + 11);
        var b = new PointwiseBuilder();
        IrNode input = b.NewInput(DType.Float32);
        PointwiseKernel.Get(b.Build(b.Graph.Add(op, DType.Float32, input))).Run([x], [result], []);
        double worst = 0;
        float where = 0;
        unsafe
        {
            var arguments = (float*)x.Pointer;
            var values = (float*)result.Pointer;
            for (long i = 0; i < count + 11; i++)
            {
                double error = Ulps(values[i], Exact(op, arguments[i]));
                if (!(error <= worst))
                {
                    (worst, where) = (error, arguments[i]);
                }
            }
        }

        GC.KeepAlive(x);
        GC.KeepAlive(result);
        double bound = op == IrOp.Sigmoid ? FunctionExpansion.MaxSigmoidUlp : FunctionExpansion.MaxUlp;
        worst.Should().BeLessThanOrEqualTo(bound, "{0}({1:R}) is off by {2} ulp", op, where, worst);
    }

    [Fact]
    public void The_normal_share_is_within_the_stated_error_everywhere()
    {
        const int Count = 1 << 20;
        TensorImpl x = Tensors.Floats([Count], i => i < Count / 2 ? (i - (Count / 4)) / (Count / 28.0) : BitConverter.Int32BitsToSingle((int)(i * 16411)));
        TensorImpl result = Tensors.Empty(DType.Float32, Count);
        var b = new PointwiseBuilder();
        PointwiseKernel.Get(b.Build(b.NormalCdf(b.NewInput(DType.Float32)))).Run([x], [result], []);
        (double Error, float X) worst = default;
        for (int i = 0; i < Count; i++)
        {
            float at = IrConstant.ToSingle(Tensors.Read(x, i)), value = IrConstant.ToSingle(Tensors.Read(result, i));
            double exact = ScalarMath.NormalCdf(at), error = double.IsNaN(exact) && float.IsNaN(value) ? 0 : Math.Abs(value - exact);
            if (!(error <= worst.Error))
            {
                worst = (error, at);
            }
        }

        worst.Error.Should().BeLessThanOrEqualTo(FunctionExpansion.MaxCdfError, "of {0:R}", worst.X);
    }

    [Fact]
    public void Powers_are_within_the_stated_error()
    {
        const long Count = 1 << 22;
        var random = new Random(7);
        long[] bases = new long[Count], exponents = new long[Count];
        for (long i = 0; i < Count; i++)
        {
            // Half of the powers neither overflow nor vanish; of the others, any bits meet.
            float x = i % 8 < 6 ? BitConverter.Int32BitsToSingle(random.Next(1, 0x7F800000)) : BitConverter.Int32BitsToSingle((int)random.NextInt64());
            x = i % 16 == 0 ? 1 + (x % 1e-3f) : x;
            float y = i % 2 == 0 ? (float)((random.NextDouble() * 200 - 104) / Math.Log(Math.Abs(x))) : BitConverter.Int32BitsToSingle((int)random.NextInt64());
            y = i % 8 == 3 ? random.Next(-40, 40) : i % 8 == 5 ? random.Next(-40, 40) * 0.5f : y;
            (bases[i], exponents[i]) = (IrConstant.FromSingle(x), IrConstant.FromSingle(y));
        }

        CheckPowers(bases, exponents);
    }

    [Fact]
    public void Powers_of_special_values_are_exact()
    {
        float[] special =
        [
            0, -0f, 1, -1, 2, -2, 3, -3, 0.5f, -0.5f, 1.5f, -1.5f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon,
            float.MaxValue, float.MinValue, 1.17549435e-38f, 16777215, -16777215, 16777216, -16777217, 1.0000001f, 0.99999994f, -1.0000001f, 1e30f, -1e30f, 127, 128, -149, -150,
        ];
        long[] bits = Array.ConvertAll(special, IrConstant.FromSingle);
        long[] bases = [.. bits.SelectMany(x => bits.Select(_ => x))], exponents = [.. bits.SelectMany(_ => bits)];
        CheckPowers(bases, exponents);
    }

    private static void CheckPowers(long[] bases, long[] exponents)
    {
        TensorImpl x = Tensors.From(DType.Float32, [bases.Length], i => bases[i]), y = Tensors.From(DType.Float32, [bases.Length], i => exponents[i]);
        TensorImpl result = Tensors.Empty(DType.Float32, bases.Length);
        var b = new PointwiseBuilder();
        PointwiseKernel.Get(b.Build(b.Graph.Add(IrOp.Pow, DType.Float32, b.NewInput(DType.Float32), b.NewInput(DType.Float32)))).Run([x, y], [result], []);
        (double Error, float X, float Y, float Result) worst = default;
        for (int i = 0; i < bases.Length; i++)
        {
            float at = IrConstant.ToSingle(bases[i]), to = IrConstant.ToSingle(exponents[i]), value = IrConstant.ToSingle(Tensors.Read(result, i));
            double exact = Math.Pow(at, to), error = exact == 0 && float.IsNegative(value) != double.IsNegative(exact) ? double.PositiveInfinity : Ulps(value, exact);
            if (!(error <= worst.Error))
            {
                worst = (error, at, to, value);
            }
        }

        worst.Error.Should().BeLessThanOrEqualTo(FunctionExpansion.MaxUlp, "pow({0:R}, {1:R}) is off by {2} ulp: {3:R}", worst.X, worst.Y, worst.Error, worst.Result);
    }

    [Fact]
    public void Special_values_are_exact()
    {
        Value(IrOp.Exp, float.NegativeInfinity).Should().Be(0);
        Value(IrOp.Exp, 0).Should().Be(1);
        Value(IrOp.Log, 0).Should().Be(float.NegativeInfinity);
        Value(IrOp.Log, 1).Should().Be(0);
        Value(IrOp.Log1p, -1).Should().Be(float.NegativeInfinity);
        Value(IrOp.Tanh, 1e9f).Should().Be(1);
        Value(IrOp.Tanh, float.NegativeInfinity).Should().Be(-1);
        Value(IrOp.Tanh, -1e-45f).Should().Be(-1e-45f);
        Value(IrOp.Erf, float.NegativeInfinity).Should().Be(-1);
        Value(IrOp.Sigmoid, 0).Should().Be(0.5f);
        Value(IrOp.Sigmoid, float.NegativeInfinity).Should().Be(0);
        Value(IrOp.Sigmoid, float.PositiveInfinity).Should().Be(1);
        Value(IrOp.NormalCdf, 0).Should().Be(0.5f);
        Value(IrOp.NormalCdf, float.NegativeInfinity).Should().Be(0);
        Value(IrOp.NormalCdf, -1e30f).Should().Be(0);
        Value(IrOp.NormalCdf, float.PositiveInfinity).Should().Be(1);
        float.IsNaN(Value(IrOp.Sigmoid, BitConverter.Int32BitsToSingle(0x7FC001FF))).Should().BeTrue("the payload does not get into the exponent");
        float.IsNegative(Value(IrOp.Tanh, -0f)).Should().BeTrue();
        float.IsNegative(Value(IrOp.Expm1, -0f)).Should().BeTrue();
    }

    private static float Value(IrOp op, float x)
    {
        var b = new PointwiseBuilder();
        TensorImpl result = Tensors.Empty(DType.Float32, 1);
        PointwiseKernel.Get(b.Build(b.Graph.Add(op, DType.Float32, b.NewInput(DType.Float32)))).Run([Tensors.Floats([1], _ => x)], [result], []);
        return IrConstant.ToSingle(Tensors.Read(result, 0));
    }

    private static long Special(long index) => IrConstant.FromSingle(
        new[] { 0f, -0f, 1, -1, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, 88.7228f, -103.9f, 100_000 }[index]);

    private static double Exact(IrOp op, double x) => op switch
    {
        IrOp.Exp => ScalarMath.Exp(x),
        IrOp.Expm1 => ScalarMath.Expm1(x),
        IrOp.Log => ScalarMath.Log(x),
        IrOp.Log1p => ScalarMath.Log1p(x),
        IrOp.Sin => ScalarMath.Sin(x),
        IrOp.Cos => ScalarMath.Cos(x),
        IrOp.Tanh => ScalarMath.Tanh(x),
        IrOp.Sigmoid => ScalarMath.Sigmoid(x),
        IrOp.NormalCdf => ScalarMath.NormalCdf(x),
        _ => ScalarMath.Erf(x),
    };

    private static double Ulps(float actual, double exact)
    {
        if (double.IsNaN(exact) || double.IsNaN(actual))
        {
            return double.IsNaN(exact) && double.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        var rounded = (float)exact;
        if (rounded == actual)
        {
            return Math.Abs(exact - actual) is var tiny && double.IsNaN(tiny) ? 0 : Math.Min(0.5, tiny);
        }

        if (float.IsInfinity(rounded) || float.IsInfinity(actual))
        {
            return rounded > 3e38 && actual > 3e38 ? 1 : double.PositiveInfinity;
        }

        double unit = Math.Max(MathF.BitIncrement(Math.Abs(rounded)) - Math.Abs(rounded), float.Epsilon);
        return Math.Abs(exact - actual) / unit;
    }
}
