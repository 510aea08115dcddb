using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Terra.Torch.Tests.NN;

/// <summary>Scaling of signals, images and volumes; the numbers are PyTorch's.</summary>
public sealed class InterpolationTests
{
    [Fact]
    public void Linear_interpolates_with_and_without_aligned_corners()
    {
        using Tensor signal = tensor(new float[] { 1, 2, 4 }).view(1, 1, 3);
        Values(interpolate(signal, [6], mode: InterpolationMode.Linear)).Should().Equal(1f, 1.25f, 1.75f, 2.5f, 3.5f, 4f);
        Values(interpolate(signal, [5], mode: InterpolationMode.Linear, align_corners: true)).Should().Equal(1f, 1.5f, 2f, 3f, 4f);
    }

    [Fact]
    public void Bilinear_and_bicubic_interpolate_images()
    {
        using Tensor image = arange(1, 5, dtype: float32).view(1, 1, 2, 2);
        Values(interpolate(image, scale_factor: [2.0], mode: InterpolationMode.Bilinear))
            .Should().Equal(1f, 1.25f, 1.75f, 2f, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3f, 3.25f, 3.75f, 4f);
        float[] cubic = [0.68359375f, 1.015625f, 1.5625f, 1.89453125f];
        Values(interpolate(image, [4, 4], mode: InterpolationMode.Bicubic))[..4].Zip(cubic).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        Values(Upsample([3, 3], mode: UpsampleMode.Bilinear, align_corners: true).call(image)).Should().Equal(1f, 1.5f, 2f, 2f, 2.5f, 3f, 3f, 3.5f, 4f);
    }

    [Fact]
    public void Nearest_takes_factors_as_they_are_given()
    {
        using Tensor signal = arange(5, dtype: float32).view(1, 1, 5);
        Values(interpolate(signal, scale_factor: [1.5])).Should().Equal(0f, 0f, 1f, 2f, 2f, 3f, 4f);
        Values(interpolate(signal, [3])).Should().Equal(0f, 1f, 3f);
        Values(interpolate(signal, [3], mode: InterpolationMode.NearestExact)).Should().Equal(0f, 2f, 4f);
        Values(Upsample(scale_factor: [2]).call(signal)).Should().Equal(0f, 0f, 1f, 1f, 2f, 2f, 3f, 3f, 4f, 4f);
    }

    [Fact]
    public void Volumes_are_scaled_along_all_three_dimensions()
    {
        using Tensor volume = arange(8, dtype: float32).view(1, 1, 2, 2, 2);
        using Tensor nearest = interpolate(volume, [4, 2, 4]), linear = interpolate(volume, [3, 3, 3], mode: InterpolationMode.Trilinear, align_corners: true);
        nearest.shape.Should().Equal(1L, 1L, 4L, 2L, 4L);
        Values(nearest)[..8].Should().Equal(0f, 0f, 1f, 1f, 2f, 2f, 3f, 3f);
        linear[0, 0, 1, 1, 1].item<float>().Should().Be(3.5f);
        linear[0, 0, 0, 2, 1].item<float>().Should().Be(2.5f);
        Values(interpolate(volume, [1, 1, 1], mode: InterpolationMode.Area)).Should().Equal(3.5f);
    }

    [Fact]
    public void Shrinking_with_smoothing_gives_what_PyTorch_does()
    {
        using Tensor image = arange(16, dtype: float32).view(1, 1, 4, 4);
        Near(interpolate(image, [2, 2], mode: InterpolationMode.Bilinear, antialias: true), 3.5714288, 5.1428576, 9.8571434, 11.4285717);
        Near(interpolate(image, [2, 3], mode: InterpolationMode.Bicubic, antialias: true), 2.5370386, 3.8471074, 5.1571760, 9.8428231, 11.1528921, 12.4629622);
        Near(interpolate(image, [2, 3], mode: InterpolationMode.Bilinear, align_corners: true, antialias: true), 5.375, 6.7777786, 7.8333330, 11.0416670, 12.4444454, 13.5);
        Near(interpolate(image, scale_factor: [0.5, 1.2], mode: InterpolationMode.Bilinear, antialias: true), 2.8571429, 3.6071429, 4.4404759, 5.2738094, 9.1428576, 9.8928576, 10.7261906, 11.5595236);
        interpolate(image.to(float16), [2, 2], mode: InterpolationMode.Bilinear, antialias: true).dtype.Should().Be(float16);
        FluentActions.Invoking(() => interpolate(image, [2, 2], antialias: true)).Should().Throw<ArgumentException>();
        using Tensor leaf = ones([1, 1, 5, 5], requires_grad: true);
        interpolate(leaf, [2, 2], mode: InterpolationMode.Bicubic, antialias: true).sum().backward();
        leaf.grad!.sum().item<float>().Should().BeApproximately(4, 1e-5f);

        static void Near(Tensor actual, params double[] expected)
        {
            float[] values = Values(actual);
            values.Should().HaveSameCount(expected);
            for (int i = 0; i < values.Length; i++)
            {
                values[i].Should().BeApproximately((float)expected[i], 2e-5f);
            }
        }
    }

    [Fact]
    public void Linear_interpolation_to_the_same_size_copies_and_none_gives_no_elements()
    {
        using Tensor signal = arange(3, dtype: float32).view(1, 1, 3);
        Values(interpolate(signal, scale_factor: [1.3], mode: InterpolationMode.Linear)).Should().Equal(0f, 1f, 2f);
        foreach (InterpolationMode mode in new[] { InterpolationMode.Nearest, InterpolationMode.NearestExact, InterpolationMode.Linear })
        {
            FluentActions.Invoking(() => interpolate(signal, scale_factor: [0.3], mode: mode)).Should().Throw<System.Runtime.InteropServices.ExternalException>();
        }
    }

    [Fact]
    public void Negative_widths_cut_what_is_mirrored_or_repeated()
    {
        using Tensor signal = arange(1, 6, dtype: float32).view(1, 1, 5);
        Values(pad(signal, [-1, 2], PaddingModes.Reflect)).Should().Equal(2f, 3f, 4f, 5f, 4f, 3f);
        Values(pad(signal, [2, -1], PaddingModes.Reflect)).Should().Equal(3f, 2f, 1f, 2f, 3f, 4f);
        Values(pad(signal, [2, -1], PaddingModes.Replicate)).Should().Equal(1f, 1f, 1f, 2f, 3f, 4f);
        Values(pad(signal, [2, -1], PaddingModes.Circular)).Should().Equal(3f, 4f, 1f, 2f, 3f, 4f);
        Values(pad(signal, [-1, 3], PaddingModes.Circular)).Should().Equal(2f, 3f, 4f, 5f, 2f, 3f, 4f);
    }

    [Fact]
    public void Gradients_reach_the_elements_taken()
    {
        using Tensor image = zeros([1, 1, 2, 2], requires_grad: true);
        interpolate(image, [4, 4], mode: InterpolationMode.Bilinear).sum().backward();
        Values(image.grad!).Should().Equal(4f, 4f, 4f, 4f);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using Tensor image = zeros([1, 1, 2, 2]);
        image.Invoking(x => interpolate(x)).Should().Throw<ArgumentException>().WithMessage("*exactly one*");
        image.Invoking(x => interpolate(x, [3], mode: InterpolationMode.Linear)).Should().Throw<ArgumentException>().WithMessage("*needs 3D*");
        image.Invoking(x => interpolate(x, [3], align_corners: true)).Should().Throw<ArgumentException>().WithMessage("*align_corners*");
        image.Invoking(x => interpolate(x, [3, 3, 3])).Should().Throw<ArgumentException>().WithMessage("*3 sizes*");
    }

    private static float[] Values(Tensor result)
    {
        using (result)
        {
            return result.data<float>().ToArray();
        }
    }
}
