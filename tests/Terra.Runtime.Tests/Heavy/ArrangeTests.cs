using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

public sealed class ArrangeTests
{
    [Fact]
    public void Cat_joins_along_each_dimension_and_promotes()
    {
        TensorImpl a = TensorData.Tensor(DType.Float32, [1, 2, 3, 4], 2, 2), b = TensorData.Tensor(DType.Int64, [5, 6], 1, 2);
        foreach (TensorImpl variant in TensorData.Layouts(a))
        {
            TensorImpl result = Aten.cat([variant, b, variant], 0);
            result.DType.Should().Be(DType.Float32);
            Checks.HasSizes(result, 5, 2);
            Checks.Equal(result, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4);
            Checks.Equal(Aten.cat([variant, variant], -1), 1, 2, 1, 2, 3, 4, 3, 4);
        }

        Checks.Equal(Aten.cat([TensorData.Tensor(DType.Float32, [], 0), a], 1), 1, 2, 3, 4);
        FluentActions.Invoking(() => Aten.cat([a, b], 1)).Should().Throw<ExternalException>()
            .WithMessage("Sizes of tensors must match except in dimension 1. Expected size 2 but got size 1 for tensor number 1 in the list.");
    }

    [Fact]
    public void Triangles_keep_their_side()
    {
        TensorImpl self = TensorData.Tensor(DType.Int32, [1, 2, 3, 4, 5, 6], 2, 3);
        foreach (TensorImpl variant in TensorData.Layouts(self))
        {
            Checks.Equal(Aten.tril(variant, 0), 1, 0, 0, 4, 5, 0);
            Checks.Equal(Aten.triu(variant, 1), 0, 2, 3, 0, 0, 6);
            Checks.Equal(Aten.tril(variant, -1), 0, 0, 0, 4, 0, 0);
        }
    }

    [Fact]
    public void Flip_reverses()
    {
        TensorImpl self = TensorData.Tensor(DType.Float64, [1, 2, 3, 4, 5, 6], 2, 3);
        foreach (TensorImpl variant in TensorData.Layouts(self))
        {
            Checks.Equal(Aten.flip(variant, [1]), 3, 2, 1, 6, 5, 4);
            Checks.Equal(Aten.flip(variant, [0, -1]), 6, 5, 4, 3, 2, 1);
        }
    }

    [Fact]
    public void Padding_surrounds_and_crops()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, [1, 2, 3, 4], 2, 2);
        foreach (TensorImpl variant in TensorData.Layouts(self))
        {
            Checks.Equal(Aten.constant_pad_nd(variant, [1, 0], 9), 9, 1, 2, 9, 3, 4);
            Checks.Equal(Aten.constant_pad_nd(variant, [-1, 1, 0, 1], 9), 2, 9, 4, 9, 9, 9);
        }
    }

    [Fact]
    public void Sort_is_stable_and_puts_nan_last()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, [2, double.NaN, 1, 2, double.NegativeInfinity], 5);
        TensorImpl[] up = Aten.sort(self, 0, false, true), down = Aten.sort(self, 0, true, true);
        Checks.Equal(up[0], double.NegativeInfinity, 1, 2, 2, double.NaN);
        Checks.Equal(up[1], 4, 2, 0, 3, 1);
        Checks.Equal(down[1], 1, 0, 3, 2, 4);
        TensorImpl[] best = Aten.topk(TensorData.Tensor(DType.Int64, [3, 9, 4, 1, 7, 8], 3, 2), 2, 0, true, true);
        Checks.Equal(best[0], 7, 9, 4, 8);
        Checks.Equal(best[1], 2, 0, 1, 2);
        FluentActions.Invoking(() => Aten.topk(self, 6, 0, true, true)).Should().Throw<ExternalException>().WithMessage("selected index k out of range");
    }

    [Fact]
    public void Nearest_upsampling_repeats_pixels()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, [1, 2, 3, 4], 1, 1, 2, 2);
        Checks.Equal(Aten.upsample_nearest2d(self, [2, 4]), 1, 1, 2, 2, 3, 3, 4, 4);
        Checks.Equal(Aten.upsample_nearest2d(self, [1, 3]), 1, 1, 2);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        TensorImpl Self() => TestTensors.Sample(1, 3, 4);
        GradCheck.Verify(x => Aten.cat([x[0], x[1], x[0]], 1), Self(), TestTensors.Sample(2, 3, 2));
        GradCheck.Verify(x => Aten.tril(x[0], 1), Self());
        GradCheck.Verify(x => Aten.triu(x[0], 0), Self());
        GradCheck.Verify(x => Aten.flip(x[0], [0]), Self());
        GradCheck.Verify(x => Aten.constant_pad_nd(x[0], [1, -1, 2, 0], 3), Self());
        GradCheck.Verify(x => Aten.sort(x[0], 1, false, true)[0], Self());
        GradCheck.Verify(x => Aten.topk(x[0], 2, 0, true, true)[0], Self());
        GradCheck.Verify(x => Aten.upsample_nearest2d(x[0], [5, 4]), TestTensors.Sample(1, 2, 1, 3, 2));
    }

    [Fact]
    public void Gradients_of_matrix_products_agree_with_finite_differences()
    {
        GradCheck.Verify(x => Aten.mm(x[0], x[1]), TestTensors.Sample(1, 3, 4), TestTensors.Sample(2, 4, 5));
        GradCheck.Verify(x => Aten.bmm(x[0], x[1]), TestTensors.Sample(1, 2, 3, 4), TestTensors.Sample(2, 2, 4, 5));
        GradCheck.Verify(x => Aten.addmm(x[0], x[1], x[2], 0.5, 2.0), TestTensors.Sample(3, 5), TestTensors.Sample(1, 3, 4), TestTensors.Sample(2, 4, 5));
        GradCheck.Verify(x => Aten.baddbmm(x[0], x[1], x[2], 1, 1), TestTensors.Sample(3, 2, 1, 5), TestTensors.Sample(1, 2, 3, 4), TestTensors.Sample(2, 2, 4, 5));
    }
}
