using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Torch.Tests.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

/// <summary>Functions called by themselves, not through their layers, against values worked out by hand.</summary>
public sealed class FunctionalTests
{
    private static Tensor Plane => arange(16, dtype: float32).view(1, 1, 4, 4);

    [Fact]
    public void Maxima_of_windows()
    {
        functional.max_pool2d(Plane, 2).ShouldBe([1, 1, 2, 2], 5, 7, 13, 15);
        functional.max_pool2d(Plane, 3, stride: 1, padding: 1).ShouldBe([1, 1, 4, 4], 5, 6, 7, 7, 9, 10, 11, 11, 13, 14, 15, 15, 13, 14, 15, 15);
        functional.max_pool2d(Plane, 2, stride: 1, dilation: 2).ShouldBe([1, 1, 2, 2], 10, 11, 14, 15);
        functional.max_pool2d(Plane, 3, ceil_mode: true).ShouldBe([1, 1, 2, 2], 10, 11, 14, 15);
        functional.max_pool2d(Plane, (2, 1)).ShouldBe([1, 1, 2, 4], 4, 5, 6, 7, 12, 13, 14, 15);
        functional.max_pool2d(Plane, [2, 2], [1, 2]).ShouldBe([1, 1, 3, 2], 5, 7, 9, 11, 13, 15);
        functional.max_pool2d(-ones(1, 2, 2), 2, padding: 1).ShouldBe([1, 2, 2], -1, -1, -1, -1);
    }

    [Fact]
    public void Means_of_windows()
    {
        functional.avg_pool2d(Plane, 2).ShouldBe([1, 1, 2, 2], 2.5, 4.5, 10.5, 12.5);
        functional.avg_pool2d(Plane, (1, 2), stride: (2, 2)).ShouldBe([1, 1, 2, 2], 0.5, 2.5, 8.5, 10.5);
        functional.avg_pool2d(Plane, [4, 4]).ShouldBe([1, 1, 1, 1], 7.5);
        functional.avg_pool2d(ones(1, 2, 2), 2, padding: 1).ShouldBe([1, 2, 2], 0.25, 0.25, 0.25, 0.25);
        functional.avg_pool2d(ones(1, 2, 2), 2, padding: 1, count_include_pad: false).ShouldBe([1, 2, 2], 1, 1, 1, 1);
        functional.avg_pool2d(ones(1, 2, 2), 2, divisor_override: 2).ShouldBe([1, 1, 1], 2);
        functional.avg_pool2d(arange(3, dtype: float32).view(1, 1, 3), (1, 2), ceil_mode: true).ShouldBe([1, 1, 2], 0.5, 2);
    }

    [Fact]
    public void Normalization_over_the_last_dimensions()
    {
        double a = Math.Sqrt(1.5), b = Math.Sqrt(0.2);
        functional.layer_norm(tensor(new[] { 1f, 2, 3 }), [3], eps: 0).ShouldBeNear([3], -a, 0, a);
        functional.layer_norm(tensor(new[] { 1f, 2, 3 }), [3], tensor(new[] { 1f, 2, 3 }), tensor(new[] { 0f, 1, 0 }), 0).ShouldBeNear([3], -a, 1, 3 * a);
        functional.layer_norm(arange(4, dtype: float32).view(1, 2, 2), [2, 2], eps: 0).ShouldBeNear([1, 2, 2], -3 * b, -b, b, 3 * b);
        functional.layer_norm(tensor(new[] { -1f, 1 }), [2], eps: 3).ShouldBeNear([2], -0.5, 0.5);
    }

    [Fact]
    public void Division_by_the_root_mean_square()
    {
        double a = Math.Sqrt(3.0 / 14);
        functional.rms_norm(tensor(new[] { 1f, 2, 3 }), [3], eps: 0).ShouldBeNear([3], a, 2 * a, 3 * a);
        functional.rms_norm(tensor(new[] { 1f, 2, 3 }), [3], tensor(new[] { 2f, 1, -1 }), 0).ShouldBeNear([3], 2 * a, 2 * a, -3 * a);
        functional.rms_norm(tensor(new[] { 1f, -1, 7, 7 }, 1, 2, 2), [2], eps: 3).ShouldBeNear([1, 2, 2], 0.5, -0.5, 7 / Math.Sqrt(52), 7 / Math.Sqrt(52));
        functional.rms_norm(zeros(2, 3), [3]).ShouldBe([2, 3], 0, 0, 0, 0, 0, 0);
        foreach ((ScalarType dtype, double epsilon) in new[] { (float32, 1.1920928955078125e-7), (float64, 2.220446049250313e-16), (float16, 1.0 / 1024), (bfloat16, 1.0 / 128) })
        {
            Tensor tiny = full([4], Math.Sqrt(epsilon), dtype);
            functional.rms_norm(tiny, [4]).equal(functional.rms_norm(tiny, [4], eps: epsilon)).all().item<bool>().Should().BeTrue();
            functional.rms_norm(tiny, [4]).to(float32)[0].item<float>().Should().BeApproximately(0.7071f, 0.003f);
        }

        FluentActions.Invoking(() => functional.rms_norm(ones(2, 3), [2])).Should().Throw<ExternalException>();
        FluentActions.Invoking(() => functional.rms_norm(ones(2, 3, dtype: int64), [3])).Should().Throw<ExternalException>();
        FluentActions.Invoking(() => functional.rms_norm(ones(2, 3), [3], ones(3, dtype: float64))).Should().Throw<ExternalException>();
    }

    [Fact]
    public void Normalization_by_the_batch_or_by_running_statistics()
    {
        Tensor input = tensor(new[] { 1f, 10, 3, 30 }, 2, 2), mean = zeros(2), variance = ones(2);
        functional.batch_norm(input, mean, variance, training: true, eps: 0).ShouldBeNear([2, 2], -1, -1, 1, 1);
        mean.ShouldBeNear([2], 0.2, 2);
        variance.ShouldBeNear([2], 1.1, 20.9);

        mean = tensor(new[] { 1f, 2 });
        variance = tensor(new[] { 4f, 16 });
        functional.batch_norm(input, mean, variance, eps: 0).ShouldBeNear([2, 2], 0, 2, 1, 7);
        functional.batch_norm(input, mean, variance, tensor(new[] { 2f, 1 }), tensor(new[] { 0f, 1 }), eps: 0).ShouldBeNear([2, 2], 0, 3, 2, 8);
        mean.ShouldBe([2], 1, 2);
        functional.batch_norm(input, null, null, training: true, eps: 0).ShouldBeNear([2, 2], -1, -1, 1, 1);
    }

    [Fact]
    public void A_number_times_its_sigmoid()
    {
        Tensor input = tensor(new[] { -1f, 0, 1, 100 });
        functional.silu(input).ShouldBeNear([4], -0.26894142, 0, 0.73105858, 100);
        input.ShouldBe([4], -1, 0, 1, 100);
        functional.silu(input, inplace: true).ShouldBeNear([4], -0.26894142, 0, 0.73105858, 100);
        input.ShouldBeNear([4], -0.26894142, 0, 0.73105858, 100);

        Tensor slope = tensor(new[] { 0f, 1 }, requires_grad: true);
        functional.silu(slope).sum().backward();
        slope.grad!.ShouldBeNear([2], 0.5, 0.92767051);
    }
}
