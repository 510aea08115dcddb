using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public sealed class NarrowFloatTests
{
    public static TheoryData<DType, int> Forms
    {
        get
        {
            var forms = new TheoryData<DType, int>();
            foreach (DType dtype in new[] { DType.BFloat16, DType.Float16 })
            {
                foreach (int bits in new[] { 128, 256, 512 })
                {
                    forms.Add(dtype, bits);
                }
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Kernels_widen_every_number_exactly(DType dtype, int bits)
    {
        TensorImpl all = Tensors.From(dtype, [65536], static i => (short)i);
        double[] actual = Tensors.ToDoubles(Converted(all, DType.Float32, bits));
        for (int i = 0; i < actual.Length; i++)
        {
            actual[i].Should().Be(dtype == DType.Float16 ? (double)BitConverter.UInt16BitsToHalf((ushort)i) : BitConverter.Int32BitsToSingle(i << 16));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Kernels_round_to_nearest_even(DType dtype, int bits)
    {
        // Every number of the type, and round each and half way to the next, the float32 numbers next to that.
        var floats = new List<float>();
        for (int i = 0; i < 65536; i += 3)
        {
            float number = NarrowFloats.ToSingle((short)i, dtype), next = NarrowFloats.ToSingle((short)(i + 1), dtype), middle = (number + next) / 2;
            floats.AddRange([number, middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle)]);
        }

        floats.AddRange([65504f, 65519.996f, 65520f, 65536f, float.MaxValue, float.MinValue, float.Epsilon, 2.98e-8f, 2.9802322e-8f, float.PositiveInfinity, float.NaN]);
        short[] actual = [.. Tensors.ToBits(Converted(Tensors.Floats([floats.Count], i => floats[(int)i]), dtype, bits)).Select(static value => (short)value)];
        for (int i = 0; i < actual.Length; i++)
        {
            float nearest = NarrowFloats.ToSingle(NarrowFloats.FromSingle(floats[i], dtype), dtype), rounded = NarrowFloats.ToSingle(actual[i], dtype);
            rounded.Equals(nearest).Should().BeTrue("{0:R} rounds to {1:R}, not {2:R}", floats[i], nearest, rounded);
            (rounded == 0 && float.IsNegative(rounded) != float.IsNegative(floats[i])).Should().BeFalse();
        }
    }

    [Fact]
    public void The_nearest_bfloat16_is_no_farther_than_its_neighbours() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), static bits =>
        {
            float value = BitConverter.Int32BitsToSingle(bits);
            if (!float.IsFinite(value))
            {
                return true;
            }

            short nearest = NarrowFloats.FromSingle(value, DType.BFloat16);
            double distance = Distance(nearest);
            return distance <= Distance((short)(nearest + 1)) && distance <= Distance((short)(nearest - 1));

            double Distance(short candidate) => NarrowFloats.ToSingle(candidate, DType.BFloat16) is var other && float.IsFinite(other) ? Math.Abs((double)other - value) : double.MaxValue;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_op_of_a_fused_program_rounds()
    {
        var b = new PointwiseBuilder();
        IrNode x = b.NewInput(DType.BFloat16);
        IrNode sum = b.Result(b.Add(x, b.Const(1.0, DType.BFloat16)), DType.BFloat16);
        IrNode difference = b.Result(b.Sub(b.Cast(sum, DType.Float32), b.Const(1.0, DType.BFloat16)), DType.BFloat16);
        TensorImpl input = Tensors.Floats([3], static i => Math.Pow(2, -6 - i), DType.BFloat16), result = Tensors.Empty(DType.BFloat16, 3);
        PointwiseKernel.Get(b.Build(difference)).Run([input], [result], []);
        Tensors.ToDoubles(result).Should().Equal(Math.Pow(2, -6), Math.Pow(2, -7), 0);
    }

    [Fact]
    public void A_scalar_compares_equal_to_the_tensor_it_filled()
    {
        TensorImpl filled = Aten.full([4], 0.1, DType.BFloat16);
        Tensors.ToBits(Aten.eq(filled, 0.1)).Should().AllBeEquivalentTo(1L);
    }

    [Fact]
    public void Uniform_draws_stay_below_one()
    {
        foreach (DType dtype in new[] { DType.BFloat16, DType.Float16 })
        {
            double[] drawn = Tensors.ToDoubles(Aten.rand([100_000], dtype, new PhiloxState(7, 0)));
            drawn.Should().OnlyContain(static value => value >= 0 && value < 1);
            drawn.Average().Should().BeApproximately(0.5, 0.01);
        }
    }

    [Fact]
    public void A_sum_of_many_small_numbers_is_kept_in_float32()
    {
        TensorImpl ones = Aten.full([1, 4096], 1, DType.BFloat16);
        Tensors.ToDoubles(Aten.sum(ones, [1], false, null)).Should().Equal(4096.0);
        Tensors.ToDoubles(Aten.mm(ones, Views.transpose(ones, 0, 1))).Should().Equal(4096.0);
    }

    [Fact]
    public void Gradients_have_the_dtype_of_what_they_are_of()
    {
        TensorImpl x = Tensors.Floats([4, 3], static i => i, DType.BFloat16), w = Tensors.Floats([3, 2], static i => 1 - (0.5 * i), DType.BFloat16);
        x.SetRequiresGrad(true);
        w.SetRequiresGrad(true);
        TensorImpl loss = Aten.sum(Aten.relu(Aten.mm(x, w)), [0, 1], false, null);
        TensorImpl?[] gradients = Engine.Grad([loss], [x, w], [null]);
        gradients.Should().OnlyContain(static gradient => gradient!.DType == DType.BFloat16);
    }

    private static TensorImpl Converted(TensorImpl tensor, DType to, int bits)
    {
        var b = new PointwiseBuilder();
        TensorImpl result = Tensors.Empty(to, tensor.Sizes.ToArray());
        new PointwiseKernel(b.Build(b.Result(b.NewInput(tensor.DType), to)), VectorApi.OfBits(bits)).Run([tensor], [result], []);
        return result;
    }
}
