using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler.impl;

namespace Terra.Torch.Tests;

/// <summary>Schedules of rate and momentum against those of PyTorch 1.13.</summary>
public sealed class OptimCyclicSchedulerTests
{
    [Fact]
    public void Cyclic() => Rates(o => lr_scheduler.CyclicLR(o, 0.1, 0.5, 3, 2, CyclicLR.Mode.Triangular2)).Take(9).Should().BeEquivalentTo(
        new[]
        {
            (0.1, 0.9), (0.23333333333333, 0.86666666666667), (0.36666666666667, 0.83333333333333), (0.5, 0.8), (0.3, 0.85), (0.1, 0.9),
            (0.16666666666667, 0.88333333333333), (0.23333333333333, 0.86666666666667), (0.3, 0.85),
        },
        options => options.WithStrictOrdering());

    [Fact]
    public void Cyclic_by_steps() => Rates(o => lr_scheduler.CyclicLR(o, 0.1, 0.5, 2, mode: CyclicLR.Mode.ExpRange, gamma: 0.9)).Take(7).Should().BeEquivalentTo(
        new[] { (0.1, 0.9), (0.28, 0.855), (0.424, 0.819), (0.2458, 0.86355), (0.1, 0.9), (0.218098, 0.8704755), (0.3125764, 0.8468559) },
        options => options.WithStrictOrdering());

    [Fact]
    public void One_cycle() => Rates(o => lr_scheduler.OneCycleLR(o, 0.5, 10)).Take(10).Should().BeEquivalentTo(
        new[]
        {
            (0.02, 0.95), (0.26, 0.9), (0.5, 0.85), (0.47524231600674, 0.85495155660488), (0.40587282697488, 0.86882550990706), (0.30563101096814, 0.88887395330218),
            (0.19437098903186, 0.91112604669782), (0.09412917302512, 0.93117449009294), (0.02475968399326, 0.94504844339512), (2e-06, 0.95),
        },
        options => options.WithStrictOrdering());

    [Fact]
    public void One_cycle_in_three_phases_of_betas() =>
        Rates(
            o => lr_scheduler.OneCycleLR(o, 0.5, epochs: 3, steps_per_epoch: 4, anneal_strategy: OneCycleLR.AnnealStrategy.Linear, three_phase: true),
            parameter => Adam([parameter], 0.4),
            o => ((Adam)o).ParamGroups.Cast<IBetas>().Single().Betas.Item1).Take(12).Should().BeEquivalentTo(
            new[]
            {
                (0.02, 0.95), (0.20461538461538, 0.91153846153846), (0.38923076923077, 0.87307692307692), (0.42615384615385, 0.86538461538462),
                (0.24153846153846, 0.90384615384615), (0.05692307692308, 0.94230769230769), (0.01724165517241, 0.95), (0.01379372413793, 0.95),
                (0.01034579310345, 0.95), (0.00689786206897, 0.95), (0.00344993103448, 0.95), (2e-06, 0.95),
            },
            options => options.WithStrictOrdering());

    [Fact]
    public void A_cycle_ends()
    {
        IEnumerable<(double, double)> rates = Rates(o => lr_scheduler.OneCycleLR(o, 0.5, 3));
        Action all = () => _ = rates.Take(6).ToList();
        all.Should().Throw<InvalidOperationException>().WithMessage("*3*");
    }

    [Fact]
    public void Chained() => Rates(o => lr_scheduler.ChainedLR([lr_scheduler.ConstantLR(o, 0.5, 2), lr_scheduler.ExponentialLR(o, 0.9)])).Take(5).Select(pair => pair.Rate)
        .Should().Equal(0.2, 0.18, 0.324, 0.2916, 0.26244);

    [Fact]
    public void One_after_another() =>
        Rates(o => lr_scheduler.SequentialLR(o, [lr_scheduler.LambdaLR(o, e => 1.0 / (e + 1)), lr_scheduler.ExponentialLR(o, 0.5)], [3])).Take(7).Select(pair => pair.Rate)
            .Should().Equal(0.4, 0.2, 0.13333333333333, 0.4, 0.2, 0.1, 0.05);

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using Parameter parameter = Parameter(zeros(1));
        using OptimizerHelper first = SGD([parameter], 0.1), second = SGD([parameter], 0.1), without = Adagrad([parameter], 0.1);
        Action other = () => lr_scheduler.SequentialLR(first, [lr_scheduler.ExponentialLR(second)], []);
        other.Should().Throw<ArgumentException>().WithMessage("*same optimizer*");
        Action milestones = () => lr_scheduler.SequentialLR(first, [lr_scheduler.ExponentialLR(first)], [3]);
        milestones.Should().Throw<ArgumentException>().WithMessage("*milestones*");
        Action momentum = () => lr_scheduler.CyclicLR(without, 0.1, 0.5);
        momentum.Should().Throw<ArgumentException>().WithMessage("*momentum*");
        Action steps = () => lr_scheduler.OneCycleLR(first, 0.5);
        steps.Should().Throw<ArgumentException>().WithMessage("*total_steps*");
    }

    private static IEnumerable<(double Rate, double Momentum)> Rates(
        Func<Optimizer, lr_scheduler.LRScheduler> create, Func<Parameter, Optimizer>? optimizerOf = null, Func<Optimizer, double>? momentum = null)
    {
        using Parameter parameter = Parameter(zeros(1));
        using Optimizer optimizer = optimizerOf?.Invoke(parameter) ?? SGD([parameter], 0.4, 0.5);
        lr_scheduler.LRScheduler scheduler = create(optimizer);
        while (true)
        {
            yield return (
                Math.Round(optimizer.ParamGroups.Single().LearningRate, 14),
                Math.Round(momentum?.Invoke(optimizer) ?? optimizer.ParamGroups.Cast<IMomentum>().Single().Momentum, 14));
            scheduler.step();
        }
    }
}
