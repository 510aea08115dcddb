using FluentAssertions;
using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Compares tensors with what tests write down.</summary>
internal static class TensorAssertions
{
    /// <summary>Sizes and elements, of any dtype, in row-major order.</summary>
    internal static void ShouldBe(this Tensor tensor, long[] shape, params double[] elements)
    {
        tensor.shape.Should().Equal(shape);
        using Tensor converted = tensor.detach().to_type(ScalarType.Float64, copy: true);
        converted.data<double>().ToArray().Should().Equal(elements);
    }

    /// <summary>As <see cref="ShouldBe"/>, with rounding errors.</summary>
    internal static void ShouldBeNear(this Tensor tensor, long[] shape, params double[] elements)
    {
        tensor.shape.Should().Equal(shape);
        using Tensor converted = tensor.detach().to_type(ScalarType.Float64, copy: true);
        double[] actual = converted.data<double>().ToArray();
        actual.Should().HaveCount(elements.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            actual[i].Should().BeApproximately(elements[i], 1e-5 * Math.Max(1, Math.Abs(elements[i])));
        }
    }

    /// <summary>As many elements as are given, each up to <paramref name="precision"/>: for what is estimated from draws.</summary>
    internal static void ShouldApproximate(this Tensor tensor, double precision, params double[] elements)
    {
        using Tensor converted = tensor.detach().to_type(ScalarType.Float64, copy: true);
        double[] actual = converted.data<double>().ToArray();
        actual.Should().HaveCount(elements.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            actual[i].Should().BeApproximately(elements[i], precision);
        }
    }
}
