using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Autograd;

public class BackwardTests
{
    [Fact]
    public void A_leaf_gets_the_sum_over_all_paths()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl square = Aten.mul(x, x);
        using TensorImpl y = Aten.add(square, x, 3);
        using TensorImpl sum = Aten.sum(y, [], false, null);

        Engine.Backward([sum]);

        x.GradientValues().Should().Equal(7, 9);
    }

    [Fact]
    public void Backward_twice_accumulates_in_place()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        BackwardOfSquare(x);
        using TensorImpl held = x.Gradient()!;
        BackwardOfSquare(x);

        held.Values().Should().Equal(8, 12);
        held.Storage.Should().BeSameAs(x.Autograd!.Grad!.Storage);
    }

    [Fact]
    public void A_scalar_root_may_come_without_gradient_and_others_not()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl y = Aten.mul(x, x);

        FluentActions.Invoking(() => Engine.Backward([y])).Should().Throw<ExternalException>()
            .WithMessage("grad can be implicitly created only for scalar outputs");
        using TensorImpl wrong = TestTensors.Of([1, 2, 3]);
        FluentActions.Invoking(() => Engine.Backward([y], [wrong])).Should().Throw<ExternalException>().WithMessage("Mismatch in shape*");
    }

    [Fact]
    public void A_root_without_history_is_refused()
    {
        using TensorImpl x = TestTensors.Of([2]);

        FluentActions.Invoking(() => Engine.Backward([x])).Should().Throw<ExternalException>()
            .WithMessage("element 0 of tensors does not require grad and does not have a grad_fn");
    }

    [Fact]
    public void Saved_tensors_are_released_unless_the_graph_is_retained()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl square = Aten.mul(x, x);
        using TensorImpl sum = Aten.sum(square, [], false, null);

        Engine.Backward([sum], retainGraph: true);
        Engine.Backward([sum]);
        x.GradientValues().Should().Equal(8, 12);
        FluentActions.Invoking(() => Engine.Backward([sum])).Should().Throw<ExternalException>()
            .WithMessage("Trying to backward through the graph a second time*");
    }

    [Fact]
    public void A_saved_tensor_that_was_written_since_is_an_error_only_if_it_is_needed()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl weight = TestTensors.Of([4, 5]);
        using TensorImpl y = Aten.mul(x, weight);
        using TensorImpl z = Aten.mul(y, y);
        using TensorImpl gradient = TestTensors.Of([1, 1]);

        // weight is needed for x's gradient; y itself for z's.
        Aten.mul_(weight, 2);
        FluentActions.Invoking(() => Engine.Backward([z], [gradient])).Should().Throw<ExternalException>()
            .WithMessage("one of the variables needed for gradient computation has been modified by an inplace operation*");

        using TensorImpl constant = TestTensors.Of([4, 5]);
        using TensorImpl parameter = TestTensors.Of([1, 1]).WithGrad();
        using TensorImpl product = Aten.mul(constant, parameter);
        FluentActions.Invoking(() =>
        {
            // parameter's old value would only be needed for constant's gradient, which nobody wants.
            bool previous = GradMode.Set(false);
            Aten.mul_(parameter, 2);
            GradMode.Set(previous);
            Engine.Backward([product], [gradient]);
        }).Should().NotThrow();
        parameter.GradientValues().Should().Equal(4, 5);
    }

    [Fact]
    public void No_grad_records_nothing()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        bool previous = GradMode.Set(false);
        using TensorImpl y = Aten.mul(x, x);
        GradMode.Set(previous);

        y.RequiresGrad().Should().BeFalse();
        y.IsLeaf().Should().BeTrue();
    }

    [Fact]
    public void Detach_shares_bytes_and_version_but_no_history()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl y = Aten.mul(x, x);
        using TensorImpl detached = y.Detach();

        detached.RequiresGrad().Should().BeFalse();
        Aten.mul_(detached, 2);
        y.Values().Should().Equal(8, 18);
        y.Storage.Version.Should().Be(1);
    }

    [Fact]
    public void A_non_leaf_keeps_its_gradient_on_request()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl y = Aten.mul(x, x);
        y.RetainGrad();
        using TensorImpl z = Aten.mul(y, 3);
        using TensorImpl sum = Aten.sum(z, [], false, null);

        Engine.Backward([sum]);

        y.GradientValues().Should().Equal(3, 3);
    }

    [Fact]
    public void Grad_returns_gradients_and_leaves_the_leafs_alone()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl w = TestTensors.Of([5, 7]).WithGrad();
        using TensorImpl unused = TestTensors.Of([1, 1]).WithGrad();
        using TensorImpl y = Aten.mul(x, x);
        using TensorImpl z = Aten.mul(y, w);
        using TensorImpl sum = Aten.sum(z, [], false, null);

        TensorImpl?[] gradients = Engine.Grad([sum], [y, x], retainGraph: true);
        gradients[0]!.Values().Should().Equal(5, 7);
        gradients[1]!.Values().Should().Equal(20, 42);
        x.Gradient().Should().BeNull();
        w.Gradient().Should().BeNull();
        Engine.Grad([sum], [unused], retainGraph: true, allowUnused: true).Should().Equal([null]);
        FluentActions.Invoking(() => Engine.Grad([sum], [unused])).Should().Throw<ExternalException>().WithMessage("*not have been used*");
    }

    [Fact]
    public void Backward_with_inputs_accumulates_into_those_only()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl w = TestTensors.Of([5, 7]).WithGrad();
        using TensorImpl z = Aten.mul(x, w);
        using TensorImpl sum = Aten.sum(z, [], false, null);

        Engine.Backward([sum], inputs: [x]);

        x.GradientValues().Should().Equal(5, 7);
        w.Gradient().Should().BeNull();
    }

    [Fact]
    public void A_recorded_backward_can_be_differentiated()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl square = Aten.mul(x, x);
        using TensorImpl cube = Aten.mul(square, x);
        using TensorImpl sum = Aten.sum(cube, [], false, null);

        TensorImpl first = Engine.Grad([sum], [x], createGraph: true, retainGraph: true)[0]!;
        first.Values().Should().Equal(12, 27);
        using TensorImpl firstSum = Aten.sum(first, [], false, null);
        TensorImpl second = Engine.Grad([firstSum], [x])[0]!;
        second.Values().Should().Equal(12, 18);
    }

    [Fact]
    public void A_long_chain_needs_no_stack()
    {
        using TensorImpl x = TestTensors.Of([1]).WithGrad();
        TensorImpl y = x;
        for (int i = 0; i < 50_000; i++)
        {
            TensorImpl next = Aten.add(y, 1, 1);
            if (i > 0)
            {
                y.Dispose();
            }

            y = next;
        }

        Engine.Backward([y], [TestTensors.Of([1])]);
        x.GradientValues().Should().Equal(1);
    }

    [Fact]
    public void Broadcast_operands_get_gradients_of_their_own_sizes_and_dtype()
    {
        using TensorImpl matrix = TestTensors.Sample(1, 3, 4).WithGrad();
        using TensorImpl row = TestTensors.Sample(2, 4);
        using TensorImpl single = Aten._to_copy(row, DType.Float32);
        single.SetRequiresGrad(true);
        using TensorImpl product = Aten.mul(matrix, single);
        using TensorImpl sum = Aten.sum(product, [], false, null);

        Engine.Backward([sum]);

        using TensorImpl gradient = single.Gradient()!;
        gradient.DType.Should().Be(DType.Float32);
        gradient.Sizes.ToArray().Should().Equal(4);
    }

    [Fact]
    public void Requires_grad_is_for_floating_point_leafs()
    {
        using TensorImpl numbers = TensorImpl.Allocate(Layout.Contiguous(2), DType.Int64);
        FluentActions.Invoking(() => numbers.SetRequiresGrad(true)).Should().Throw<ExternalException>().WithMessage("only Tensors of floating point*");
        using TensorImpl x = TestTensors.Of([2]).WithGrad();
        using TensorImpl y = Aten.mul(x, x);
        FluentActions.Invoking(() => y.SetRequiresGrad(false)).Should().Throw<ExternalException>().WithMessage("you can only change requires_grad flags of leaf*");
    }

    [Fact]
    public void Handles_on_one_tensor_share_its_gradient()
    {
        using TensorImpl x = TestTensors.Of([2, 3]);
        TensorImpl alias = x.Alias();
        x.SetRequiresGrad(true);
        BackwardOfSquare(alias);
        alias.Dispose();

        x.GradientValues().Should().Equal(4, 6);
        x.SetGradient(null);
        x.Gradient().Should().BeNull();
    }

    [Fact]
    public void A_disposed_intermediate_changes_nothing()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        TensorImpl square = Aten.mul(x, x);
        using TensorImpl fourth = Aten.mul(square, square);
        square.Dispose();
        using TensorImpl sum = Aten.sum(fourth, [], false, null);

        Engine.Backward([sum]);

        x.GradientValues().Should().Equal(32, 108);
    }

    private static void BackwardOfSquare(TensorImpl x)
    {
        using TensorImpl square = Aten.mul(x, x);
        using TensorImpl sum = Aten.sum(square, [], false, null);
        Engine.Backward([sum]);
    }
}
