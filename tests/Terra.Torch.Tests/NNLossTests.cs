using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

public sealed class NNLossTests
{
    private const double Tolerance = 1e-5;

    private static double[] Numbers(Tensor tensor) => tensor.to(ScalarType.Float64).data<double>().ToArray();

    private static void ShouldBeReductionsOf(Func<Reduction, Tensor> loss, double[] expected)
    {
        double[] each = Numbers(loss(Reduction.None));
        each.Should().HaveCount(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            each[i].Should().BeApproximately(expected[i], Tolerance);
        }

        Numbers(loss(Reduction.Sum))[0].Should().BeApproximately(expected.Sum(), Tolerance);
        Numbers(loss(Reduction.Mean))[0].Should().BeApproximately(expected.Average(), Tolerance);
    }

    [Fact]
    public void Regression_losses_agree_with_their_formulas()
    {
        float[] x = [0.5f, -1f, 3f, 0f], y = [0f, -1.2f, 0.5f, 0f];
        using Tensor input = tensor(x), target = tensor(y);
        double[] Each(Func<double, double> formula) => x.Zip(y, (a, b) => formula(Math.Abs((double)a - b))).ToArray();
        ShouldBeReductionsOf(r => functional.mse_loss(input, target, r), Each(d => d * d));
        ShouldBeReductionsOf(r => functional.l1_loss(input, target, r), Each(d => d));
        ShouldBeReductionsOf(r => functional.smooth_l1_loss(input, target, r, 0.5), Each(d => d < 0.5 ? d * d : d - 0.25));
        ShouldBeReductionsOf(r => functional.huber_loss(input, target, 2, r), Each(d => d < 2 ? d * d / 2 : 2 * (d - 1)));
    }

    [Fact]
    public void Loss_modules_pass_on_their_reduction_and_weights()
    {
        using Tensor input = tensor(new[] { 1f, 2, 4 }, requires_grad: true), target = tensor(new[] { 0f, 2, 1 });
        ShouldBeReductionsOf(r => MSELoss(r).call(input, target), [1, 0, 9]);
        MSELoss().call(input, target).backward();
        Numbers(input.grad!).Zip([2 / 3.0, 0, 2.0]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < Tolerance);

        using Tensor logs = tensor(new[,] { { -1f, -2, -3 }, { -4, -5, -6 } }), classes = tensor(new long[] { 2, 0 }), weight = tensor(new[] { 1f, 1, 3 });
        ShouldBeReductionsOf(r => NLLLoss(reduction: r).call(logs, classes), [3, 4]);
        Numbers(NLLLoss(weight, Reduction.None).call(logs, classes)).Should().Equal(9, 4);
        Numbers(NLLLoss(weight).call(logs, classes)).Should().Equal(13 / 4.0);
    }

    [Fact]
    public void Binary_cross_entropies_agree_with_each_other_and_stay_finite()
    {
        float[] logits = [-2f, 0f, 1.5f], targets = [0f, 1f, 0.3f];
        using Tensor input = tensor(logits), target = tensor(targets);
        double[] expected = logits.Zip(targets, (x, y) =>
        {
            double p = 1 / (1 + Math.Exp(-x));
            return -((y * Math.Log(p)) + ((1 - y) * Math.Log(1 - p)));
        }).ToArray();
        ShouldBeReductionsOf(r => functional.binary_cross_entropy_with_logits(input, target, reduction: r), expected);
        ShouldBeReductionsOf(r => functional.binary_cross_entropy(input.sigmoid(), target, reduction: r), expected);

        using Tensor certain = tensor(new[] { 0f, 1f }), opposite = tensor(new[] { 1f, 0f });
        Numbers(functional.binary_cross_entropy(certain, opposite))[0].Should().BeApproximately(100, Tolerance);
        Numbers(functional.binary_cross_entropy_with_logits(tensor(new[] { 200f }), tensor(new[] { 0f })))[0].Should().BeApproximately(200, 1e-3);
    }

    [Fact]
    public void Positive_weights_scale_the_positive_part()
    {
        using Tensor input = tensor(new[] { 0.7f }), one = tensor(new[] { 1f });
        double plain = Numbers(functional.binary_cross_entropy_with_logits(input, one))[0];
        double weighted = Numbers(functional.binary_cross_entropy_with_logits(input, one, pos_weights: tensor(new[] { 3f })))[0];
        weighted.Should().BeApproximately(3 * plain, Tolerance);
    }

    [Fact]
    public void Cross_entropy_is_minus_the_log_probability_of_the_class()
    {
        float[] logits = [1f, 2f, 0.5f, -1f, 0f, 3f];
        long[] classes = [2, 0];
        using Tensor input = tensor(logits, [2, 3]), target = tensor(classes);
        double[] expected = classes.Select((c, row) =>
        {
            IEnumerable<double> exponentials = Enumerable.Range(0, 3).Select(k => Math.Exp(logits[(row * 3) + k]));
            return Math.Log(exponentials.Sum()) - logits[(row * 3) + c];
        }).ToArray();
        ShouldBeReductionsOf(r => functional.cross_entropy(input, target, reduction: r), expected);
        ShouldBeReductionsOf(r => functional.nll_loss(functional.log_softmax(input, 1), target, reduction: r), expected);
        ShouldBeReductionsOf(r => CrossEntropyLoss(reduction: r).call(input, target), expected);
    }

    [Fact]
    public void Cross_entropy_against_one_hot_probabilities_is_that_of_the_classes()
    {
        using Tensor input = randn(5, 4), classes = tensor(new long[] { 0, 3, 1, 1, 2 });
        using Tensor oneHot = functional.one_hot(classes, 4).to(ScalarType.Float32);
        foreach (double smoothing in new[] { 0, 0.2 })
        {
            double hard = Numbers(functional.cross_entropy(input, classes, label_smoothing: smoothing))[0];
            double soft = Numbers(functional.cross_entropy(input, oneHot, label_smoothing: smoothing))[0];
            soft.Should().BeApproximately(hard, Tolerance);
        }
    }

    [Fact]
    public void Ignored_targets_count_neither_in_the_sum_nor_in_the_mean()
    {
        using Tensor input = randn(4, 3), target = tensor(new long[] { 0, -100, 2, -100 });
        using Tensor kept = tensor(new long[] { 0, 2 }), rows = input.index_select(0, kept), classes = tensor(new long[] { 0, 2 });
        foreach (double smoothing in new[] { 0, 0.1 })
        {
            double all = Numbers(functional.cross_entropy(input, target, label_smoothing: smoothing))[0];
            double only = Numbers(functional.cross_entropy(rows, classes, label_smoothing: smoothing))[0];
            all.Should().BeApproximately(only, Tolerance);
        }
    }

    [Fact]
    public void Class_weights_make_a_weighted_mean()
    {
        using Tensor input = randn(3, 2), target = tensor(new long[] { 0, 1, 1 }), weight = tensor(new[] { 3f, 0.5f });
        double[] each = Numbers(functional.cross_entropy(input, target, reduction: Reduction.None));
        double expected = ((3 * each[0]) + (0.5 * each[1]) + (0.5 * each[2])) / 4;
        Numbers(functional.cross_entropy(input, target, weight))[0].Should().BeApproximately(expected, Tolerance);
    }

    [Fact]
    public void Positions_beyond_the_classes_are_separate_samples()
    {
        using Tensor input = randn(2, 3, 4), target = tensor(new long[] { 0, 1, 2, 0, 2, 2, 1, 0 }, [2, 4]);
        using Tensor flat = input.transpose(1, 2).reshape(8, 3);
        using Tensor flatTarget = target.view(8);
        using Tensor each = functional.cross_entropy(input, target, reduction: Reduction.None);
        each.shape.Should().Equal(2L, 4L);
        Numbers(each).Should().Equal(Numbers(functional.cross_entropy(flat, flatTarget, reduction: Reduction.None)));
        Numbers(functional.cross_entropy(input[0, .., 0], target[0, 0]))[0].Should().BeApproximately(Numbers(each)[0], Tolerance);
    }

    [Fact]
    public void The_gradient_of_cross_entropy_is_softmax_minus_one_hot()
    {
        using Tensor input = randn(new long[] { 4, 3 }, requires_grad: true), target = tensor(new long[] { 0, 2, 1, 1 });
        functional.cross_entropy(input, target).backward();
        using Tensor expected = (input.detach().softmax(1) - functional.one_hot(target, 3)) / 4;
        input.grad!.allclose(expected, atol: 1e-6).Should().BeTrue();
    }
}
