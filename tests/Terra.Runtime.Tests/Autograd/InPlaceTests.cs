using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Autograd;

public class InPlaceTests
{
    [Fact]
    public void An_in_place_op_continues_the_history()
    {
        GradCheck.Verify(
            static x =>
            {
                TensorImpl y = Aten.mul(x[0], x[0]);
                Aten.mul_(y, x[1]);
                Aten.exp_(y);
                return y;
            },
            TestTensors.Sample(1, 3),
            TestTensors.Sample(2, 3));
    }

    [Fact]
    public void A_mutated_argument_is_kept_as_it_was()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl w = TestTensors.Of([5, 7]).WithGrad();
        using TensorImpl y = Aten.mul(x, 1);
        Aten.mul_(y, w);
        using TensorImpl sum = Aten.sum(y, [], false, null);

        Engine.Backward([sum]);

        w.GradientValues().Should().Equal(2, 3);
        x.GradientValues().Should().Equal(5, 7);
    }

    [Fact]
    public void A_leaf_that_requires_grad_must_not_be_written()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        FluentActions.Invoking(() => Aten.mul_(x, 2)).Should().Throw<ExternalException>()
            .WithMessage("a leaf Variable that requires grad is being used in an in-place operation.");
        using TensorImpl view = Views.select(x, 0, 1);
        FluentActions.Invoking(() => Aten.mul_(view, 2)).Should().Throw<ExternalException>()
            .WithMessage("a view of a leaf Variable that requires grad is being used in an in-place operation.");
        x.Values().Should().Equal(2, 3);
    }

    [Fact]
    public void A_leaf_may_be_written_in_no_grad()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        bool previous = GradMode.Set(false);
        using TensorImpl view = Views.select(x, 0, 1);
        Aten.mul_(view, 2);
        Aten.add_(x, 1, 1);
        GradMode.Set(previous);

        x.Values().Should().Equal(3, 7);
        x.IsLeaf().Should().BeTrue();
        FluentActions.Invoking(() => Aten.mul_(view, 2)).Should().Throw<ExternalException>().WithMessage("A view was created in no_grad mode*");
    }

    [Fact]
    public void Writing_a_view_changes_the_history_of_its_base()
    {
        GradCheck.Verify(
            static x =>
            {
                TensorImpl y = Aten.mul(x[0], x[0]);
                using TensorImpl column = Views.select(y, 1, 1);
                Aten.mul_(column, x[1]);
                return y;
            },
            TestTensors.Sample(1, 2, 3),
            TestTensors.Sample(2, 2));
    }

    [Fact]
    public void Writing_a_base_changes_the_history_of_its_views()
    {
        GradCheck.Verify(
            static x =>
            {
                using TensorImpl y = Aten.mul(x[0], x[0]);
                TensorImpl column = Views.select(y, 1, 1);
                Aten.mul_(y, x[1]);
                return column;
            },
            TestTensors.Sample(1, 2, 3),
            TestTensors.Sample(2, 2, 3));
    }

    [Fact]
    public void Two_overlapping_views_written_in_turn()
    {
        GradCheck.Verify(
            static x =>
            {
                TensorImpl y = Aten.mul(x[0], x[0]);
                using TensorImpl row = Views.select(y, 0, 1);
                using TensorImpl transposed = Views.transpose(y, 0, 1);
                using TensorImpl column = Views.select(transposed, 0, 2);
                Aten.mul_(row, 3);
                Aten.add_(column, x[1], 2);
                using TensorImpl doubled = Aten.mul(row, 2);
                Aten.copy_(row, doubled);
                return y;
            },
            TestTensors.Sample(1, 2, 3),
            TestTensors.Sample(2, 2));
    }

    [Fact]
    public void A_buffer_filled_through_views_passes_gradients_on()
    {
        GradCheck.Verify(
            static x =>
            {
                TensorImpl buffer = Aten.full([2, 3], 0, DType.Float64);
                for (int i = 0; i < 2; i++)
                {
                    using TensorImpl row = Views.select(buffer, 0, i);
                    using TensorImpl scaled = Aten.mul(x[0], i + 1.0);
                    Aten.copy_(row, scaled);
                }

                return buffer;
            },
            TestTensors.Sample(1, 3));
    }

    [Fact]
    public void A_base_with_permuted_memory_can_be_written_through_views()
    {
        GradCheck.Verify(
            static x =>
            {
                using TensorImpl transposed = Views.transpose(x[0], 0, 1);
                TensorImpl y = Aten.mul(transposed, 2);
                using TensorImpl back = Views.transpose(y, 0, 1);
                using TensorImpl flat = Views.select(back, 0, 0);
                Aten.mul_(flat, x[1]);
                return y;
            },
            TestTensors.Sample(1, 2, 3),
            TestTensors.Sample(2, 3));
    }

    [Fact]
    public void Parts_of_a_split_must_not_be_written()
    {
        using TensorImpl x = TestTensors.Sample(1, 4).WithGrad();
        using TensorImpl y = Aten.mul(x, x);
        TensorImpl[] halves = Views.chunk(y, 2);
        FluentActions.Invoking(() => Aten.mul_(halves[0], 2)).Should().Throw<ExternalException>().WithMessage("*function that returns multiple views*");
    }

    [Fact]
    public void A_tensor_multiplied_in_place_by_itself_has_lost_what_its_gradient_needs()
    {
        using TensorImpl x = TestTensors.Of([2, 3]).WithGrad();
        using TensorImpl y = Aten.mul(x, 1);
        Aten.mul_(y, y);
        using TensorImpl gradient = TestTensors.Of([1, 1]);

        FluentActions.Invoking(() => Engine.Backward([y], [gradient])).Should().Throw<ExternalException>()
            .WithMessage("*modified by an inplace operation*");
    }
}
