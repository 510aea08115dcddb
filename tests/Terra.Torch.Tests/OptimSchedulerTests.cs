using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.optim;

namespace Terra.Torch.Tests;

public sealed class OptimSchedulerTests
{
    private const double Rate = 0.4;

    public static TheoryData<string, Func<Optimizer, lr_scheduler.LRScheduler>, Func<int, double>> Schedules => new()
    {
        { "step", o => lr_scheduler.StepLR(o, 3, 0.5), e => Rate * Math.Pow(0.5, e / 3) },
        { "multi-step", o => lr_scheduler.MultiStepLR(o, [2, 5], 0.1), e => Rate * (e < 2 ? 1 : e < 5 ? 0.1 : 0.01) },
        { "exponential", o => lr_scheduler.ExponentialLR(o, 0.9), e => Rate * Math.Pow(0.9, e) },
        { "constant", o => lr_scheduler.ConstantLR(o, 0.25, 4), e => Rate * (e < 4 ? 0.25 : 1) },
        { "linear", o => lr_scheduler.LinearLR(o, 0.2, 1, 5), e => Rate * (0.2 + (0.8 * Math.Min(e, 5) / 5)) },
        { "polynomial", o => lr_scheduler.PolynomialLR(o, 6, 2), e => Rate * Math.Pow(1 - (Math.Min(e, 6) / 6.0), 2) },
        { "cosine", o => lr_scheduler.CosineAnnealingLR(o, 6, 0.1), e => 0.1 + ((Rate - 0.1) * (1 + Math.Cos(Math.PI * e / 6)) / 2) },
        { "lambda", o => lr_scheduler.LambdaLR(o, e => 1.0 / (e + 1)), e => Rate / (e + 1) },
        { "multiplicative", o => lr_scheduler.MultiplicativeLR(o, _ => 0.95), e => Rate * Math.Pow(0.95, e) },
    };

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Schedules_follow_their_closed_forms(string name, Func<Optimizer, lr_scheduler.LRScheduler> create, Func<int, double> rate)
    {
        using Parameter parameter = Parameter(zeros(1));
        using SGD optimizer = SGD([parameter], Rate);
        lr_scheduler.LRScheduler scheduler = create(optimizer);
        for (int epoch = 0; epoch < 12; epoch++)
        {
            optimizer.ParamGroups.Single().LearningRate.Should().BeApproximately(rate(epoch), 1e-12, $"{name}, epoch {epoch}");
            scheduler.get_last_lr().Single().Should().Be(optimizer.ParamGroups.Single().LearningRate);
            scheduler.step();
        }
    }

    [Fact]
    public void A_schedule_can_jump_to_an_epoch()
    {
        using Parameter parameter = Parameter(zeros(1));
        using SGD optimizer = SGD([parameter], Rate);
        lr_scheduler.LRScheduler scheduler = lr_scheduler.StepLR(optimizer, 3, 0.5);
        scheduler.step((int?)7);
        optimizer.ParamGroups.Single().LearningRate.Should().BeApproximately(Rate / 4, 1e-15);
    }

    [Fact]
    public void A_plateau_lowers_the_rate_after_patience()
    {
        using Parameter parameter = Parameter(zeros(1));
        using SGD optimizer = SGD([parameter], Rate);
        lr_scheduler.LRScheduler scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor: 0.5, patience: 2, cooldown: 1, min_lr: [0.15]);
        double[] metrics = [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
        List<double> rates = [];
        foreach (double metric in metrics)
        {
            scheduler.step(metric);
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
        }

        rates.Should().Equal(Rate, Rate, Rate, Rate, 0.2, 0.2, 0.2, 0.2, 0.15, 0.15, 0.15);
        scheduler.Invoking(s => s.step()).Should().Throw<InvalidOperationException>().WithMessage("*metric*");
    }

    [Fact]
    public void Only_plateaus_take_a_metric()
    {
        using Parameter parameter = Parameter(zeros(1));
        using SGD optimizer = SGD([parameter], Rate);
        lr_scheduler.StepLR(optimizer, 1).Invoking(s => s.step(0.5)).Should().Throw<InvalidOperationException>().WithMessage("*StepLR*");
    }
}
