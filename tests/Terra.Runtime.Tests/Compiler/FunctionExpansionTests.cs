using System.Numerics;
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
    [InlineData(IrOp.Atan)]
    [InlineData(IrOp.Lgamma)]
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
        (long[] bases, long[] exponents) = SpecialPairs();
        CheckPowers(bases, exponents);
    }

    [Fact]
    public void Angles_are_within_the_stated_error()
    {
        const long Count = 1 << 22;
        var random = new Random(11);
        (long[] rises, long[] runs) = SpecialPairs();
        long[] y = new long[Count], x = new long[Count];
        for (long i = 0; i < Count; i++)
        {
            // Neighbouring magnitudes, any magnitudes, ordinary ones.
            y[i] = (uint)random.NextInt64();
            x[i] = (i % 3) switch
            {
                0 => (uint)(y[i] + (random.Next(-4, 5) << random.Next(25))),
                1 => (uint)random.NextInt64(),
                _ => IrConstant.FromSingle((float)random.NextDouble() - 0.5f),
            };
        }

        CheckPairs(IrOp.Atan2, [.. rises, .. y], [.. runs, .. x], Math.Atan2);
    }

    [Theory]
    [InlineData(IrOp.Fmod, DType.Float32)]
    [InlineData(IrOp.Remainder, DType.Float32)]
    [InlineData(IrOp.FloorDiv, DType.Float32)]
    [InlineData(IrOp.Fmod, DType.Float64)]
    [InlineData(IrOp.Remainder, DType.Float64)]
    [InlineData(IrOp.FloorDiv, DType.Float64)]
    public void Divisions_with_remainder_have_the_bits_of_the_scalar_functions(IrOp op, DType dtype)
    {
        const int Count = 1 << 20;
        var random = new Random(5);
        bool isSingle = dtype == DType.Float32;
        int digits = isSingle ? 24 : 53, limit = isSingle ? 21 : 50;
        (long[] dividends, long[] divisors) = SpecialPairs();
        List<double> x = [.. dividends.Select(bits => (double)IrConstant.ToSingle(bits))], y = [.. divisors.Select(bits => (double)IrConstant.ToSingle(bits))];
        for (int i = 0; i < Count; i++)
        {
            double divisor = (random.NextDouble() - 0.5) * Math.Pow(2, isSingle ? random.Next(-140, 100) : random.Next(-1060, 900));
            divisor = IrConstant.ToDouble(IrConstant.FromDouble(divisor, dtype), dtype);

            // Quotients near integers, on both sides of the limit, besides any.
            double quotient = (random.NextInt64(1L << random.Next(1, digits)) + ((i & 1) * 0.5)) * (1 + (random.Next(-3, 4) * Math.Pow(2, -digits)));
            quotient = i % 5 == 0 ? Math.Pow(2, limit) + random.Next(-4, 5) : i % 7 == 0 ? random.NextDouble() * 3 : quotient;
            double dividend = i % 11 == 0 ? random.NextDouble() * Math.Pow(2, random.Next(-140, 120)) : divisor * quotient;
            x.Add(i % 3 == 0 ? -dividend : dividend);
            y.Add(divisor);
        }

        int count = x.Count;
        TensorImpl first = Tensors.From(dtype, [count], i => IrConstant.FromDouble(x[(int)i], dtype)), second = Tensors.From(dtype, [count], i => IrConstant.FromDouble(y[(int)i], dtype));
        foreach (int bits in new[] { 128, 256, 512 })
        {
            var b = new PointwiseBuilder();
            TensorImpl result = Tensors.Empty(dtype, count);
            IrNode node = b.Graph.Add(op, dtype, b.NewInput(dtype), b.NewInput(dtype));
            new PointwiseKernel(b.Build(node), VectorApi.OfBits(bits)).Run([first, second], [result], []);
            int wrong = Enumerable.Range(0, count).Select(i => (int?)i).FirstOrDefault(i =>
            {
                long actual = Tensors.Read(result, i!.Value), expected = IrEvaluator.Apply(node, Tensors.Read(first, i.Value), Tensors.Read(second, i.Value), 0);
                return actual != expected && !(double.IsNaN(IrConstant.ToDouble(actual, dtype)) && double.IsNaN(IrConstant.ToDouble(expected, dtype)));
            }) ?? -1;
            wrong.Should().Be(-1, "{0}({1:R}, {2:R}) is {3}", op, x[Math.Max(0, wrong)], y[Math.Max(0, wrong)], IrConstant.ToText(Tensors.Read(result, Math.Max(0, wrong)), dtype));
        }
    }

    [Theory]
    [InlineData(IrOp.Exp)]
    [InlineData(IrOp.Log)]
    [InlineData(IrOp.Sin)]
    [InlineData(IrOp.Cos)]
    [InlineData(IrOp.Tanh)]
    public void Float64_functions_are_within_the_stated_error(IrOp op)
    {
        double[] special =
        [
            0, -0.0, 1, -1, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308, double.MaxValue, double.MinValue,
            709.78271289338397, 709.78271289338410, -708.4, -745.13321910194122, -745.2, 100_000, 100_001, Math.PI, Math.PI / 2, 11 * Math.PI / 2, 1e22, 0.70710678118654752, 22.1,
        ];
        const int Count = 1 << 21;
        var random = new Random(13);
        double[] arguments = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            double near = Math.Round((random.NextDouble() - 0.5) * 60_000) * (Math.PI / 2);
            arguments[i] = i < special.Length ? special[i] : (i % 8) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64() ^ (random.NextInt64() << 1)),
                1 => (random.NextDouble() - 0.5) * 1500,
                2 => (random.NextDouble() - 0.5) * 1e-3,
                3 => near * (1 + (random.Next(-4, 5) * 1.1e-16)),
                4 => 1 + ((random.NextDouble() - 0.5) * Math.Pow(2, -random.Next(50))),
                5 => (random.NextDouble() - 0.5) * 200_000,
                _ => (random.NextDouble() - 0.5) * 10,
            };
        }

        TensorImpl x = Tensors.Floats([Count], i => arguments[i], DType.Float64);
        double[]? first = null;
        foreach (int bits in new[] { 128, 256, 512 })
        {
            TensorImpl result = Tensors.Empty(DType.Float64, Count);
            var b = new PointwiseBuilder();
            new PointwiseKernel(b.Build(b.Graph.Add(op, DType.Float64, b.NewInput(DType.Float64))), VectorApi.OfBits(bits)).Run([x], [result], []);
            double[] values = Tensors.ToDoubles(result);
            (double Error, double Where) worst = default;
            for (int i = 0; i < Count; i++)
            {
                double exact = ExactDouble(op, arguments[i]), error = exact.Equals(values[i]) ? 0
                    : Math.Abs(exact - values[i]) / Math.Max(Math.BitIncrement(Math.Abs(exact)) - Math.Abs(exact), double.Epsilon);
                error = error > 1 && op == IrOp.Tanh && double.IsFinite(values[i]) ? TanhError(arguments[i], values[i]) : error;
                if (!(error <= worst.Error))
                {
                    worst = (error, arguments[i]);
                }
            }

            worst.Error.Should().BeLessThanOrEqualTo(FunctionExpansion.MaxUlp, "{0}({1:R}) is off by {2} ulp", op, worst.Where, worst.Error);
            (first ??= values).Should().Equal(values, (a, c) => a.Equals(c));
        }
    }

    /// <summary>The error in units in the last place, by Taylor's series in fixed point: the library's function has errors of two units itself.</summary>
    private static double TanhError(double x, double value)
    {
        const int Bits = 512;
        static BigInteger Fixed(double number) => new BigInteger(Math.ScaleB(number, 120)) << (Bits - 120);
        BigInteger one = BigInteger.One << Bits, exponent = Fixed(-2 * Math.Abs(x)), term = one, power = one;
        for (int k = 1; !term.IsZero && term != BigInteger.MinusOne; k++)
        {
            term = ((term * exponent) >> Bits) / k;
            power += term;
        }

        BigInteger exact = ((one - power) << Bits) / (one + power), unit = Fixed(Math.BitIncrement(Math.Abs(value)) - Math.Abs(value));
        return (double)BigInteger.Abs(Fixed(Math.Abs(value)) - exact) / (double)unit;
    }

    private static double ExactDouble(IrOp op, double x) => op switch
    {
        IrOp.Exp => Math.Exp(x),
        IrOp.Log => Math.Log(x),
        IrOp.Sin => Math.Sin(x),
        IrOp.Cos => Math.Cos(x),
        _ => Math.Tanh(x),
    };

    [Theory]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int16)]
    [InlineData(DType.Int8)]
    [InlineData(DType.UInt8)]
    public void Divisions_of_integers_are_those_of_the_scalar_functions(DType dtype)
    {
        const int Count = 1 << 17;
        long[] special = [0, 1, -1, 2, 7, -7, 127, -128, 255, 32767, -32768, int.MaxValue, int.MinValue, (1L << 51) - 1, 1L << 51, -(1L << 51), (1L << 53) + 1, long.MaxValue, long.MinValue];
        var random = new Random(17);
        long[] x = new long[Count], y = new long[Count];
        for (int i = 0; i < Count; i++)
        {
            // Dividends next to multiples of the divisor are where a rounded quotient would go wrong.
            long divisor = random.NextInt64() >> random.Next(13, 64), dividend = i % 3 == 0 ? random.NextInt64() >> random.Next(64) : (divisor * (random.NextInt64() >> random.Next(13, 64))) + random.Next(-1, 2);
            (dividend, divisor) = i < special.Length * special.Length ? (special[i / special.Length], special[i % special.Length]) : (dividend, divisor);
            (x[i], y[i]) = (IrConstant.FromInt64(i % 2 == 0 ? -dividend : dividend, dtype), IrConstant.FromInt64(divisor, dtype));
        }

        TensorImpl first = Tensors.From(dtype, [Count], i => x[i]), second = Tensors.From(dtype, [Count], i => y[i]), result = Tensors.Empty(dtype, Count);
        foreach (IrOp op in new[] { IrOp.FloorDiv, IrOp.TruncDiv, IrOp.Remainder, IrOp.Fmod })
        {
            foreach (int bits in new[] { 128, 256, 512 })
            {
                var b = new PointwiseBuilder();
                IrNode node = b.Graph.Add(op, dtype, b.NewInput(dtype), b.NewInput(dtype));
                new PointwiseKernel(b.Build(node), VectorApi.OfBits(bits)).Run([first, second], [result], []);
                long[] actual = Tensors.ToBits(result);
                int wrong = -1;
                for (int i = 0; i < Count && wrong < 0; i++)
                {
                    wrong = actual[i] == IrEvaluator.Apply(node, x[i], y[i], 0) ? -1 : i;
                }

                wrong.Should().Be(-1, "{0} of {1} and {2}", op, x[Math.Max(0, wrong)], y[Math.Max(0, wrong)]);
            }
        }
    }

    private static (long[] First, long[] Second) SpecialPairs()
    {
        float[] special =
        [
            0, -0f, 1, -1, 2, -2, 3, -3, 0.5f, -0.5f, 1.5f, -1.5f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon,
            float.MaxValue, float.MinValue, 1.17549435e-38f, 16777215, -16777215, 16777216, -16777217, 1.0000001f, 0.99999994f, -1.0000001f, 1e30f, -1e30f, 127, 128, -149, -150,
        ];
        long[] bits = Array.ConvertAll(special, IrConstant.FromSingle);
        return ([.. bits.SelectMany(x => bits.Select(_ => x))], [.. bits.SelectMany(_ => bits)]);
    }

    private static void CheckPowers(long[] bases, long[] exponents) => CheckPairs(IrOp.Pow, bases, exponents, Math.Pow);

    private static void CheckPairs(IrOp op, long[] first, long[] second, Func<double, double, double> function)
    {
        TensorImpl x = Tensors.From(DType.Float32, [first.Length], i => first[i]), y = Tensors.From(DType.Float32, [first.Length], i => second[i]);
        TensorImpl result = Tensors.Empty(DType.Float32, first.Length);
        var b = new PointwiseBuilder();
        PointwiseKernel.Get(b.Build(b.Graph.Add(op, DType.Float32, b.NewInput(DType.Float32), b.NewInput(DType.Float32)))).Run([x, y], [result], []);
        (double Error, float X, float Y, float Result) worst = default;
        for (int i = 0; i < first.Length; i++)
        {
            float at = IrConstant.ToSingle(first[i]), to = IrConstant.ToSingle(second[i]), value = IrConstant.ToSingle(Tensors.Read(result, i));
            double exact = function(at, to), error = exact == 0 && float.IsNegative(value) != double.IsNegative(exact) ? double.PositiveInfinity : Ulps(value, exact);
            if (!(error <= worst.Error))
            {
                worst = (error, at, to, value);
            }
        }

        worst.Error.Should().BeLessThanOrEqualTo(FunctionExpansion.MaxUlp, "{0}({1:R}, {2:R}) is off by {3} ulp: {4:R}", op, worst.X, worst.Y, worst.Error, worst.Result);
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
        IrOp.Atan => ScalarMath.Atan(x),
        IrOp.Lgamma => ExactLgamma(x),
        IrOp.Tanh => ScalarMath.Tanh(x),
        IrOp.Sigmoid => ScalarMath.Sigmoid(x),
        IrOp.NormalCdf => ScalarMath.NormalCdf(x),
        _ => ScalarMath.Erf(x),
    };

    /// <summary>Around the zeros at 1 and 2, where the scalar function cancels, Taylor's polynomial.</summary>
    private static double ExactLgamma(double x)
    {
        double fromOne = x - 1, fromTwo = x - 2;
        return Math.Abs(fromOne) < 1e-3 ? fromOne * (-0.57721566490153286 + (fromOne * (0.82246703342411322 + (fromOne * (-0.40068563438653143 + (fromOne * 0.27058080842778454))))))
            : Math.Abs(fromTwo) < 1e-3 ? fromTwo * (0.42278433509846714 + (fromTwo * (0.32246703342411322 + (fromTwo * (-0.067352301053198095 + (fromTwo * 0.020580808427784548))))))
            : ScalarMath.Lgamma(x);
    }

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
