using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>What PyTorch does when tensors of a graph are written, shared, kept or walked through again.</summary>
public sealed class AutogradSemanticsTests
{
    private const string Modified = "*modified by an inplace operation*";

    [Fact]
    public void A_kept_gradient_is_that_of_the_tensor_as_it_was_written_last()
    {
        Tensor x = ones(3).requires_grad_(), y = x * 2;
        y.retain_grad();
        y.mul_(3);
        (y * 5).sum().backward();
        Values(y.grad).Should().Equal(5, 5, 5);
        Values(x.grad).Should().Equal(30, 30, 30);
    }

    [Fact]
    public void A_kept_gradient_follows_a_base_that_is_written_through_a_view_and_a_view_whose_base_is_written()
    {
        Tensor x = ones(3).requires_grad_(), y = x * 2, view = y.view(3, 1);
        y.retain_grad();
        view.retain_grad();
        y[0].mul_(3);
        (y * 5).sum().backward(retain_graph: true);
        Values(y.grad).Should().Equal(5, 5, 5);
        Values(x.grad).Should().Equal(30, 10, 10);
        (view * 7).sum().backward();
        Values(view.grad).Should().Equal(7, 7, 7);
    }

    [Fact]
    public void What_a_derivative_reads_must_not_be_written_by_whatever_shares_its_memory()
    {
        foreach (Action<Tensor> write in new Action<Tensor>[] { y => y.view(-1).add_(1), y => y.detach().add_(1), y => y.add_(1), y => y[0].zero_(), y => y.t().mul_(2) })
        {
            Tensor x = ones(2, 2).requires_grad_(), y = x.exp();
            write(y);
            FluentActions.Invoking(() => y.sum().backward()).Should().Throw<ExternalException>().WithMessage(Modified);
        }

        Tensor w = ones(2).requires_grad_(), v = ones(2).requires_grad_(), product = w * v;
        using (no_grad())
        {
            v.add_(1);
        }

        FluentActions.Invoking(() => product.sum().backward()).Should().Throw<ExternalException>().WithMessage(Modified);
        Tensor sigmoid = w * 1;
        sigmoid.sigmoid_();
        sigmoid.add_(1);
        FluentActions.Invoking(() => sigmoid.sum().backward()).Should().Throw<ExternalException>().WithMessage(Modified);
    }

    [Fact]
    public void What_no_wanted_derivative_reads_may_be_written()
    {
        Tensor x = ones(2), w = ones(2).requires_grad_(), y = x * w;
        using (no_grad())
        {
            w.add_(1);
        }

        y.sum().backward();
        Values(w.grad).Should().Equal(1, 1);
    }

    [Fact]
    public void A_graph_can_be_walked_again_if_it_kept_what_it_needs_or_needs_nothing()
    {
        Tensor x = ones(2).requires_grad_(), sum = (x + 1).sum(), square = x.square().sum();
        sum.backward();
        sum.backward();
        Values(x.grad).Should().Equal(2, 2);
        square.backward(retain_graph: true);
        square.backward();
        Values(x.grad).Should().Equal(6, 6);
        FluentActions.Invoking(square.backward).Should().Throw<ExternalException>().WithMessage("Trying to backward through the graph a second time*");
    }

    [Fact]
    public void Gradients_accumulate_in_place_unless_they_are_recorded()
    {
        Tensor x = ones(2).requires_grad_();
        (x * 2).sum().backward();
        Tensor kept = x.grad!;
        (x * 3).sum().backward();
        Values(kept).Should().Equal(5, 5);
        x.square().sum().backward(create_graph: true);
        Values(kept).Should().Equal(5, 5);
        Values(x.grad).Should().Equal(7, 7);
        x.grad!.requires_grad.Should().BeTrue();
        Tensor given = zeros(2);
        x.grad = given;
        (x * 4).sum().backward();
        Values(given).Should().Equal(4, 4);
    }

    [Fact]
    public void A_first_gradient_is_the_leafs_own_and_laid_out_like_it()
    {
        Tensor x = ones(2, 3).requires_grad_(), seed = rand(2, 3), y = x + 0;
        y.backward([seed]);
        seed.zero_();
        x.grad!.sum().item<float>().Should().BePositive();
        Tensor turned = ones(3, 2).t().requires_grad_();
        (turned * rand(2, 3)).sum().backward();
        turned.grad!.stride().Should().Equal(1, 2);
        Tensor spread = ones(1).expand(3).clone().requires_grad_();
        spread.sum().backward();
        spread.grad!.stride().Should().Equal(1);
        spread.grad!.add_(tensor(new float[] { 1, 2, 3 }));
        Values(spread.grad).Should().Equal(2, 3, 4);
    }

    [Fact]
    public void A_plain_tensor_and_its_views_take_part_once_something_that_requires_grad_is_written_into_it()
    {
        Tensor buffer = zeros(3), before = buffer[1], x = ones(3).requires_grad_();
        before.requires_grad.Should().BeFalse();
        buffer.add_(x);
        buffer.is_leaf.Should().BeFalse();
        before.requires_grad.Should().BeTrue();
        (before * 4).backward();
        Values(x.grad).Should().Equal(0, 4, 0);
    }

    [Fact]
    public void Roots_may_be_inputs_and_come_more_than_once()
    {
        Tensor x = ones(2).requires_grad_(), y = x * 3, seed = tensor(new float[] { 1, 2 });
        IList<Tensor> gradients = autograd.grad([y, y], [y, x], [seed, seed]);
        Values(gradients[0]).Should().Equal(2, 4);
        Values(gradients[1]).Should().Equal(6, 12);
        Values(autograd.grad([x], [x], [seed])[0]).Should().Equal(1, 2);
        FluentActions.Invoking(() => autograd.grad([y], [y.detach()], [seed])).Should().Throw<ExternalException>().WithMessage("One of the differentiated Tensors does not require grad");
    }

    [Fact]
    public void Detaching_in_place_cuts_the_graph_off()
    {
        Tensor x = ones(2).requires_grad_(), y = x * 2, z = y * 3;
        y.detach_();
        y.is_leaf.Should().BeTrue();
        y.requires_grad.Should().BeFalse();
        z.sum().backward();
        Values(x.grad).Should().Equal(6, 6);
        FluentActions.Invoking(() => x.view(2, 1).detach_()).Should().Throw<ExternalException>();
    }

    [Fact]
    public void Gradients_have_the_dtype_of_their_leaf()
    {
        Tensor x = ones(2).requires_grad_(), h = ones(2, ScalarType.BFloat16).requires_grad_();
        (x.to(ScalarType.Float64) * h).sum().backward();
        x.grad!.dtype.Should().Be(ScalarType.Float32);
        h.grad!.dtype.Should().Be(ScalarType.BFloat16);
    }

    [Fact]
    public void A_gradient_of_a_gradient_through_in_place_ops_and_views()
    {
        Tensor x = tensor(new[] { 0.5, 2.0 }).requires_grad_(), y = x.pow(3);
        y[0].mul_(x[1]);
        Tensor gradient = autograd.grad([y.sum()], [x], create_graph: true)[0];
        Values(gradient.to(ScalarType.Float32)).Should().Equal(1.5f, 12.125f);
        Values(autograd.grad([gradient.sum()], [x])[0].to(ScalarType.Float32)).Should().Equal(6.75f, 12.75f);
    }

    [Fact]
    public void A_failed_write_changes_neither_values_nor_versions()
    {
        Tensor x = ones(3).requires_grad_(), y = x.exp();
        FluentActions.Invoking(() => y.add_(ones(4))).Should().Throw<Exception>();
        FluentActions.Invoking(() => x.mul_(2)).Should().Throw<ExternalException>();
        y.sum().backward();
        Values(x.grad).Should().AllSatisfy(static value => value.Should().BeApproximately(MathF.E, 1e-6f));
    }

    private static float[] Values(Tensor? tensor) => [.. tensor!.detach().contiguous().data<float>()];
}
