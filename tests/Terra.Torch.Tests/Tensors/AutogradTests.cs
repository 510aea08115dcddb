using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class AutogradTests
{
    [Fact]
    public void BackwardAccumulatesIntoLeafs()
    {
        Tensor x = tensor(new[] { 1f, 2f, 3f }, requires_grad: true);
        x.is_leaf.Should().BeTrue();
        Tensor y = (x * x).sum();
        y.requires_grad.Should().BeTrue();
        y.is_leaf.Should().BeFalse();
        x.grad.Should().BeNull();
        y.backward();
        x.grad!.ShouldBe([3], 2, 4, 6);
        (x * 3).sum().backward();
        x.grad!.ShouldBe([3], 5, 7, 9);
        x.grad!.zero_();
        x.grad!.ShouldBe([3], 0, 0, 0);
        x.grad = null;
        x.grad.Should().BeNull();
    }

    [Fact]
    public void GradientsOfTensorsAndOfNonLeafs()
    {
        Tensor x = ones(2, requires_grad: true);
        Tensor y = x * 2;
        y.retain_grad();
        Tensor z = y * y;
        z.backward([tensor(new[] { 1f, 10f })]);
        x.grad!.ShouldBe([2], 8, 80);
        y.grad!.ShouldBe([2], 4, 40);
        FluentActions.Invoking(() => (x * 2).backward()).Should().Throw<ExternalException>();
    }

    [Fact]
    public void GradAccumulatesNothing()
    {
        Tensor x = tensor(3f, requires_grad: true), w = tensor(2f, requires_grad: true), unused = tensor(1f, requires_grad: true);
        IList<Tensor> gradients = autograd.grad([x * w], [x, w]);
        gradients[0].ShouldBe([], 2);
        gradients[1].ShouldBe([], 3);
        x.grad.Should().BeNull();
        FluentActions.Invoking(() => autograd.grad([x * w], [unused])).Should().Throw<ExternalException>();
        autograd.grad([x * w], [unused], allow_unused: true)[0].Should().BeNull();
    }

    [Fact]
    public void NoGradStopsRecording()
    {
        Tensor x = ones(2, requires_grad: true);
        is_grad_enabled().Should().BeTrue();
        using (no_grad())
        {
            is_grad_enabled().Should().BeFalse();
            (x * 2).requires_grad.Should().BeFalse();
            x.sub_(0.5);
            using (enable_grad())
            {
                (x * 2).requires_grad.Should().BeTrue();
            }

            is_grad_enabled().Should().BeFalse();
        }

        is_grad_enabled().Should().BeTrue();
        using (inference_mode())
        {
            is_inference_mode_enabled().Should().BeTrue();
            is_grad_enabled().Should().BeFalse();
        }

        is_inference_mode_enabled().Should().BeFalse();
        x.ShouldBe([2], 0.5, 0.5);
        x.detach().requires_grad.Should().BeFalse();
    }

    [Fact]
    public void IndexingAndViewsAreDifferentiated()
    {
        Tensor x = arange(6, dtype: float32).reshape(2, 3).requires_grad_();
        (x[0, 1..] * 2).sum().backward();
        x.grad!.ShouldBe([2, 3], 0, 2, 2, 0, 0, 0);
        x.grad = null;
        x[tensor(new[] { 1L, 1L })].sum().backward();
        x.grad!.ShouldBe([2, 3], 0, 0, 0, 2, 2, 2);
        x.grad = null;
        torch.cat([x, x], 1).transpose(0, 1).sum().backward();
        x.grad!.ShouldBe([2, 3], 2, 2, 2, 2, 2, 2);
    }

    [Fact]
    public void AssignmentIntoATensorIsDifferentiated()
    {
        Tensor x = tensor(new[] { 1f, 2f }, requires_grad: true);
        Tensor y = zeros(3);
        y[1..] = x * 3;
        (y * y).sum().backward();
        x.grad!.ShouldBe([2], 18, 36);
    }

    [Fact]
    public void ErrorsAreAsInPyTorch()
    {
        FluentActions.Invoking(() => tensor(1L).requires_grad_()).Should().Throw<ExternalException>();
        FluentActions.Invoking(() => zeros(2, requires_grad: true).add_(1)).Should().Throw<ExternalException>();
        FluentActions.Invoking(() => zeros(1).backward()).Should().Throw<ExternalException>();
    }

    [Fact]
    public void A_gradient_that_is_no_number_is_told_of_while_anomalies_are_looked_for()
    {
        Tensor x = tensor(new[] { -1f, 4 }, requires_grad: true);
        using (autograd.detect_anomaly())
        {
            AnomalyMode.IsEnabled.Should().BeTrue();
            FluentActions.Invoking(() => x.sqrt().sum().backward()).Should().Throw<System.Runtime.InteropServices.ExternalException>()
                .WithMessage("Function 'SqrtBackward0' returned nan values in its 0th output.");
            x.square().sum().backward();
            using AnomalyMode quiet = autograd.set_detect_anomaly(true, check_nan: false);
            x.sqrt().sum().backward();
        }

        AnomalyMode.IsEnabled.Should().BeFalse();
        x.grad!.data<float>().ToArray().Should().Equal(float.NaN, 8.25f);
    }
}
