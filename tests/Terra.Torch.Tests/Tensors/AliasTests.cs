using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Tensors that share memory, and what each is to autograd.</summary>
public sealed class AliasTests
{
    [Fact]
    public void An_alias_is_a_view_with_a_gradient_of_its_own()
    {
        Tensor x = ones(3).requires_grad_(), alias = x.alias();
        alias.is_leaf.Should().BeFalse();
        alias.retain_grad();
        (alias * 2).sum().backward();
        x.grad!.data<float>().ToArray().Should().Equal(2, 2, 2);
        alias.grad!.data<float>().ToArray().Should().Equal(2, 2, 2);
        x.grad = null;
        alias.grad.Should().NotBeNull();
        FluentActions.Invoking(() => alias.add_(1)).Should().Throw<ExternalException>().WithMessage("a view of a leaf*");
    }

    [Fact]
    public void Writing_an_alias_writes_the_tensor()
    {
        Tensor x = ones(3).requires_grad_(), y = x * 3, alias = y.alias();
        alias.mul_(x + 1);
        y.data<float>().ToArray().Should().Equal(6, 6, 6);
        y.sum().backward();
        x.grad!.data<float>().ToArray().Should().Equal(9, 9, 9);
    }

    [Fact]
    public void An_alias_made_in_no_grad_mode_passes_no_gradient_on()
    {
        Tensor x = ones(3).requires_grad_(), alias;
        using (no_grad())
        {
            alias = x.alias();
            alias.add_(1);
        }

        x.data<float>().ToArray().Should().Equal(2, 2, 2);
        x.is_leaf.Should().BeTrue();
        alias.is_leaf.Should().BeTrue();
        alias.grad = zeros(3);
        x.grad.Should().BeNull();
        FluentActions.Invoking(() => alias.mul_(2)).Should().Throw<ExternalException>().WithMessage("A view was created in no_grad mode and is being modified inplace with grad mode enabled*");
        FluentActions.Invoking(() => alias * 2).Should().Throw<ExternalException>().WithMessage("A view was created in no_grad mode and its base or another view of its base has been modified inplace*");
        x.requires_grad_(false);
        (alias * 2).requires_grad.Should().BeFalse();
    }

    /// <summary>As PyTorch: the view says that it requires grad since its base does, and a result says so too, but nothing arrives.</summary>
    [Fact]
    public void A_view_made_in_no_grad_mode_requires_grad_without_being_followed()
    {
        Tensor x = ones(3).requires_grad_(), view;
        using (no_grad())
        {
            view = x.view(3, 1);
        }

        view.requires_grad.Should().BeTrue();
        view.is_leaf.Should().BeTrue();
        Tensor y = (view[0] * 2).sum();
        y.requires_grad.Should().BeTrue();
        y.backward();
        x.grad.Should().BeNull();
        FluentActions.Invoking(() => view.backward([ones(3, 1)])).Should().Throw<ExternalException>().WithMessage("*does not require grad and does not have a grad_fn");
    }

    [Fact]
    public void A_part_of_several_is_not_followed_once_the_whole_was_written()
    {
        Tensor x = ones(4).requires_grad_(), y = x * 2, half = y.chunk(2)[0];
        y.mul_(3);
        FluentActions.Invoking(() => half * 2).Should().Throw<ExternalException>().WithMessage("*its base or another view of its base has been modified inplace*multiple views*");
    }

    [Fact]
    public void What_changes_nothing_returns_the_tensor_itself()
    {
        Tensor x = ones(2, 3, 4).requires_grad_();
        foreach (Tensor same in new[] { x.positive(), x.atleast_3d(), nn.functional.dropout(x, training: false), nn.Identity().call(x) })
        {
            same.is_leaf.Should().BeTrue();
            same.grad = ones(2, 3, 4);
            x.grad!.sum().item<float>().Should().Be(24);
            x.grad = null;
        }
    }

    [Fact]
    public void Results_of_their_own_share_no_memory()
    {
        Tensor number = tensor(3.0), vector = tensor(new double[] { 1, 4, 9 });
        number.mode().values.add_(1);
        vector.diff(0).add_(1);
        number.item<double>().Should().Be(3);
        vector.data<double>().ToArray().Should().Equal(1, 4, 9);
    }
}
