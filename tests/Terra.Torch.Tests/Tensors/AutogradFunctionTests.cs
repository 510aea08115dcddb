using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Functions that say themselves how they are differentiated.</summary>
public sealed class AutogradFunctionTests
{
    [Fact]
    public void A_function_has_the_gradient_it_says()
    {
        using Tensor x = tensor(new[] { 1f, -2, 3 }, requires_grad: true), y = ReversedGradient.apply(x * 2, 0.5);
        y.data<float>().ToArray().Should().Equal(2, -4, 6);
        y.requires_grad.Should().BeTrue();
        (y * 3).sum().backward();
        x.grad!.data<float>().ToArray().Should().Equal(-3, -3, -3);
    }

    [Fact]
    public void Nothing_is_recorded_where_nothing_is_wanted()
    {
        using Tensor x = ones(2), y = ones(2, requires_grad: true);
        ReversedGradient.apply(x, 1.0).requires_grad.Should().BeFalse();
        using (no_grad())
        {
            ReversedGradient.apply(y, 1.0).requires_grad.Should().BeFalse();
        }
    }

    [Fact]
    public void Saved_arguments_and_results_can_be_differentiated_again()
    {
        using Tensor x = tensor(new[] { 0.5, -1.5 }, requires_grad: true);
        using Tensor gradient = grad([Exponential.apply(x * x).sum()], [x], create_graph: true)[0];
        gradient.data<double>().ToArray().Zip(new[] { 1.0, -3 }.Zip(new[] { 0.25, 2.25 }, static (slope, square) => slope * Math.Exp(square)))
            .Should().OnlyContain(static pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        using Tensor second = grad([gradient.sum()], [x])[0];
        second.data<double>().ToArray().Zip(new[] { 0.5, -1.5 }, static (actual, at) => actual - ((2 + (4 * at * at)) * Math.Exp(at * at)))
            .Should().OnlyContain(static difference => Math.Abs(difference) < 1e-11);
    }

    [Fact]
    public void Several_results_may_go_unused_or_have_no_gradient()
    {
        using Tensor x = tensor(new[] { 5f, 2 }, requires_grad: true);
        List<Tensor> parts = SplitInTwo.apply(x, "unused");
        parts.Select(static part => part.requires_grad).Should().Equal(true, true, false);
        (parts[1] * 3).backward();
        x.grad!.data<float>().ToArray().Should().Equal(0, 3);
    }

    [Fact]
    public void Results_with_equal_elements_are_different_results()
    {
        using Tensor x = zeros(3, requires_grad: true);
        TwoCopies.apply(x).Select(static copy => copy.requires_grad).Should().Equal(true, false);
    }

    [Fact]
    public void A_saved_argument_is_not_taken_for_a_result_with_equal_elements()
    {
        using Tensor x = tensor(new[] { 2f, 3 }, requires_grad: true), y = HalfSquare.apply(x * 1);
        y.add_(1);
        y.sum().backward();
        x.grad!.data<float>().ToArray().Should().Equal(2, 3);
    }

    [Fact]
    public void An_argument_with_NaN_can_be_written()
    {
        using Tensor x = tensor(new[] { 1f, float.NaN }, requires_grad: true), y = x * 1, square = y.square();
        Doubled.apply(y);
        y.sum().backward(retain_graph: true);
        x.grad!.data<float>().ToArray().Should().Equal(2, 2);
        FluentActions.Invoking(() => square.sum().backward()).Should().Throw<ExternalException>();
    }

    [Fact]
    public void An_argument_can_be_written()
    {
        using Tensor x = tensor(new[] { 1f, 2 }, requires_grad: true), y = x * 1;
        using Tensor view = y[0];
        Doubled.apply(view).Should().BeSameAs(view);
        y.data<float>().ToArray().Should().Equal(2, 2);
        y.sum().backward();
        x.grad!.data<float>().ToArray().Should().Equal(2, 1);
        FluentActions.Invoking(() => Doubled.apply(x)).Should().Throw<ExternalException>().WithMessage("*leaf*");
    }

    [Fact]
    public void An_argument_that_is_returned_is_another_tensor_then()
    {
        using Tensor x = ones(2, requires_grad: true), y = Unchanged.apply(x);
        y.Should().NotBeSameAs(x);
        x.is_leaf.Should().BeTrue();
        (y * 2).sum().backward();
        x.grad!.data<float>().ToArray().Should().Equal(2, 2);
    }

    [Fact]
    public void A_result_that_shares_an_arguments_memory_must_not_be_written()
    {
        Tensor leaf = ones(2, requires_grad: true), x = leaf * 2;
        foreach (Tensor y in new[] { ReversedGradient.apply(x, 1.0), Unchanged.apply(x) })
        {
            y.is_leaf.Should().BeFalse();
            FluentActions.Invoking(() => y.mul_(3)).Should().Throw<ExternalException>().WithMessage("*is a view and is being modified inplace*custom Function*");
        }

        Tensor stale = Unchanged.apply(x);
        x.mul_(3);
        FluentActions.Invoking(() => stale * 2).Should().Throw<ExternalException>().WithMessage("*its base or another view of its base has been modified inplace*");
        x.sum().backward();
        leaf.grad!.data<float>().ToArray().Should().Equal(6, 6);
        Exponential.apply(leaf).mul_(2).is_leaf.Should().BeFalse();
    }

    [Fact]
    public void Mistakes_are_told()
    {
        using Tensor x = ones(2, dtype: ScalarType.Float64, requires_grad: true), squared = x * x, y = Exponential.apply(squared);
        y.add_(1);
        FluentActions.Invoking(() => y.sum().backward()).Should().Throw<ExternalException>().WithMessage("*modified by an inplace operation*");
        using Tensor z = Exponential.apply(x);
        z.sum().backward();
        FluentActions.Invoking(() => z.sum().backward()).Should().Throw<ExternalException>().WithMessage("*second time*");
        using Tensor w = Forgetful.apply(x, x);
        FluentActions.Invoking(() => w.sum().backward()).Should().Throw<ExternalException>().WithMessage("*Forgetful*expected 2, got 1*");
    }

    private sealed class ReversedGradient : SingleTensorFunction<ReversedGradient>
    {
        public override string Name => nameof(ReversedGradient);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("scale", vars[1]);
            return ((Tensor)vars[0]).alias();
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * -(double)ctx.get_data("scale"), null!];
    }

    private sealed class Exponential : SingleTensorFunction<Exponential>
    {
        public override string Name => nameof(Exponential);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            Tensor result = ((Tensor)vars[0]).exp();
            ctx.save_for_backward([result]);
            return result;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * ctx.get_saved_variables()[0]];
    }

    private sealed class SplitInTwo : MultiTensorFunction<SplitInTwo>
    {
        public override string Name => nameof(SplitInTwo);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            Tensor order = x.argsort();
            ctx.mark_non_differentiable([order]);
            return [x[0].clone(), x[1].clone(), order];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) => [stack([grad_outputs[0], grad_outputs[1]]), null!];
    }

    private sealed class TwoCopies : MultiTensorFunction<TwoCopies>
    {
        public override string Name => nameof(TwoCopies);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            Tensor first = ((Tensor)vars[0]).clone(), second = first.clone();
            ctx.mark_non_differentiable([second]);
            return [first, second];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) => [grad_outputs[0]];
    }

    /// <summary>The argument itself, with the slope of half its square.</summary>
    private sealed class HalfSquare : SingleTensorFunction<HalfSquare>
    {
        public override string Name => nameof(HalfSquare);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            return x.clone();
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * ctx.get_saved_variables()[0]];
    }

    private sealed class Doubled : SingleTensorFunction<Doubled>
    {
        public override string Name => nameof(Doubled);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.mark_dirty([x]);
            return x.mul_(2);
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }

    private sealed class Unchanged : SingleTensorFunction<Unchanged>
    {
        public override string Name => nameof(Unchanged);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0];

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
    }

    private sealed class Forgetful : SingleTensorFunction<Forgetful>
    {
        public override string Name => nameof(Forgetful);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0] + (Tensor)vars[1];

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
    }
}
