using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Gradients at kinks, ties, zeros and poles; the values are those that PyTorch 1.13 gives.</summary>
public sealed class GradientEdgeTests
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN;

    private static readonly double[] s_numbers = [-2, -1, -0.5, 0, 0, 0.5, 2];

    [Fact]
    public void A_hard_tanh_has_no_slope_at_its_limits_and_one_at_NaN()
    {
        Gradients(static x => nn.functional.hardtanh(x[0]), [-Inf, -2, -1, -0.5, 0.5, 1, 3, NaN]).Should().Equal([0, 0, 0, 1, 1, 0, 0, 1]);
        Gradients(static x => nn.functional.relu6(x[0]), [-1, 0, 0.5, 6, 7, NaN]).Should().Equal([0, 0, 1, 0, 0, 1]);
        Gradients(static x => (x[0] + 0).hardtanh_(-1, 1), [-2, -1, 0.5, 1]).Should().Equal([0, 0, 1, 0]);
        Gradients(static x => x[0].clamp((Scalar)(-1), (Scalar)1), [-2, -1, -0.5, 1, 3, NaN]).Should().Equal([0, 1, 1, 1, 0, 0]);
    }

    [Fact]
    public void Clamping_by_tensors_gives_each_gradient_to_one_of_them()
    {
        double[] low = [0, 0, 0, 1, 1, 1, -1], high = [1, 1, 0.5, 1, 0, 1, 3];
        double[][] gradients = AllGradients(static x => x[0].clamp(x[1], x[2]), s_numbers, low, high);
        gradients[0].Should().Equal([0, 0, 0, 0, 0, 0, 1]);
        gradients[1].Should().Equal([1, 1, 1, 0, 0, 0, 0]);
        gradients[2].Should().Equal([0, 0, 0, 0, 1, 0, 0]);
        gradients = AllGradients(static x => x[0].clamp(x[1], x[2]), [1, 0, NaN], [1, 0, NaN], [1, 0, NaN]);
        gradients[0].Should().Equal([1, 1, 0]);
        gradients[1].Should().Equal([0, 0, 0]);
        gradients[2].Should().Equal([0, 0, 0]);
        AllGradients(static x => x[0].clamp(x[1], null), [1, 2, NaN], [1, 3, 1])[1].Should().Equal([0, 1, 0]);
        AllGradients(static x => x[0].clamp(null, x[1]), [1, 2, 4], [1, 3, 1])[0].Should().Equal([1, 1, 0]);
        tensor(new[] { 1f, float.NaN }).clamp(tensor(new[] { 2, 3 })).data<float>().ToArray().Should().Equal(2, float.NaN);
        FluentActions.Invoking(() => ones(2).clamp((Tensor?)null, null)).Should().Throw<System.Runtime.InteropServices.ExternalException>();
    }

    [Fact]
    public void Logarithms_of_odds_and_entropies_at_their_ends()
    {
        Gradients(static x => x[0].logit(), [-1, 0, 0.5, 1, 2, NaN]).Should().Equal([NaN, Inf, 4, Inf, NaN, NaN]);
        Gradients(static x => x[0].logit(0.1), [-1, 0, 0.5, 1, NaN]).Should().Equal([0, 0, 4, 0, NaN]);
        Gradients(static x => special.entr(x[0]), [-1, 0, 1, Inf, NaN]).Should().Equal([NaN, Inf, -1, -Inf, NaN]);
        Gradients(static x => xlogy(x[0], x[0]), [0, 1, NaN]).Should().Equal([NaN, 1, NaN]);
        AllGradients(static x => hypot(x[0], x[1]), [0, 3, 0], [0, 4, -1])[1].Should().Equal([NaN, 0.8, -1]);
    }

    [Fact]
    public void Deviations_and_norms_at_zero_have_no_slope()
    {
        Gradients(static x => x[0].std(), [2, 2, 2]).Should().Equal([0, 0, 0]);
        Gradients(static x => x[0].std(unbiased: false), [5]).Should().Equal([0]);
        Gradients(static x => std_mean(x[0]).std, [0, 0]).Should().Equal([0, 0]);
        Gradients(static x => x[0].norm(0.5f), [0, 0, 0]).Should().Equal([0, 0, 0]);
        Gradients(static x => x[0].norm(0.5f), [0, 3, 0]).Should().Equal([0, 1, 0]);
        Gradients(static x => x[0].norm(), [0, 0]).Should().Equal([0, 0]);
        Gradients(static x => cdist(x[0].view(2, 2), x[0].view(2, 2), 0.5), [0, 1, 0, 1]).Should().Equal([0, 0, 0, 0]);
    }

    [Fact]
    public void The_largest_of_equal_differences_counts_each_in_a_distance()
    {
        double[][] gradients = AllGradients(static x => cdist(x[0].view(1, 3), x[1].view(2, 3), Inf), [0, 0, 0], [3, 3, 1, -2, 0, 0]);
        gradients[0].Should().Equal([0, -1, 0]);
        gradients[1].Should().Equal([1, 1, 0, -1, 0, 0]);
    }

    [Fact]
    public void Equal_medians_share_the_gradient()
    {
        Gradients(static x => x[0].median(), [2, 3, 2, 1, 5]).Should().Equal([0.5, 0, 0.5, 0, 0]);
        Gradients(static x => x[0].median(), [1, NaN, 3, NaN]).Should().Equal([0, 0.5, 0, 0.5]);
        Gradients(static x => x[0].nanmedian(), [1, NaN, 3, 1]).Should().Equal([0.5, 0, 0, 0.5]);
        Tensor scalar = tensor(0.0).requires_grad_();
        scalar.nanmedian().backward();
        scalar.grad!.item<double>().Should().Be(1);
    }

    [Fact]
    public void Binary_cross_entropy_of_certainties_has_no_slope_where_they_are_right()
    {
        double[][] gradients = AllGradients(static x => nn.functional.binary_cross_entropy(x[0], x[1], reduction: nn.Reduction.Sum), [0, 1, 0.5, 0], [0, 1, 1, 1]);
        gradients[0].Should().Equal([0, 0, -2, -1e12]);
        gradients[1].Should().Equal([Inf, -Inf, 0, Inf]);
    }

    private static double[] Gradients(Func<Tensor[], Tensor> function, params double[] at) => AllGradients(function, at)[0];

    /// <summary>The gradients of the sum of a function's results by each of its arguments.</summary>
    private static double[][] AllGradients(Func<Tensor[], Tensor> function, params double[][] at)
    {
        Tensor[] inputs = [.. at.Select(static values => tensor(values, requires_grad: true))];
        function(inputs).sum().backward();
        return [.. inputs.Select(static input => input.grad!.data<double>().ToArray().Select(static value => Math.Round(value, 12)).ToArray())];
    }
}
