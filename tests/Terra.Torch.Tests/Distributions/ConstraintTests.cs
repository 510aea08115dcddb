using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace Terra.Torch.Tests.Distributions;

public sealed class ConstraintTests
{
    [Fact]
    public void Numbers_are_checked_one_by_one()
    {
        Check(constraints.boolean, [0, 1, 0.5], true, true, false);
        Check(constraints.real, [0, double.NaN], true, false);
        Check(constraints.positive, [1, 0, -1], true, false, false);
        Check(constraints.nonnegative, [1, 0, -1], true, true, false);
        Check(constraints.less_than(2), [1, 2], true, false);
        Check(constraints.unit_interval, [0, 0.5, 1, 1.5], true, true, true, false);
        Check(constraints.half_open_interval(0, 1), [0, 1], true, false);
        Check(constraints.integer_interval(-1, 2), [-1, 0.5, 2, 3], true, false, true, false);
        Check(constraints.nonnegative_integer, [0, -1, 2.5], true, false, false);
        Check(constraints.positive_integer, [0, 1], false, true);
        Check(new constraints._IntegerLessThan(3), [3, 4], true, false);
        constraints.greater_than(0.5).ToString().Should().Be("GreaterThan(lower_bound=0.5)");
        constraints.positive_integer.is_discrete.Should().BeTrue();
    }

    [Fact]
    public void Vectors_and_matrices_are_checked_as_a_whole()
    {
        Check(constraints.one_hot, [0, 1, 0], true);
        Check(constraints.one_hot, [1, 1, 0], false);
        Check(constraints.simplex, [0.25, 0.75], true);
        Check(constraints.simplex, [0.25, 0.5], false);
        Check(constraints.multinomial(3), [1, 2], true);
        Check(constraints.real_vector, [0, double.NaN], false);
        constraints.real_vector.event_dim.Should().Be(1);
        Tensor lower = tensor(new[] { 1.0, 0, 0.6, 0.8 }, 2, 2), symmetric = tensor(new[] { 2.0, 1, 1, 2 }, 2, 2), indefinite = tensor(new[] { 1.0, 2, 2, 1 }, 2, 2);
        constraints.lower_triangular.check(lower).item<bool>().Should().BeTrue();
        constraints.lower_cholesky.check(-lower).item<bool>().Should().BeFalse();
        constraints.corr_cholesky.check(lower).item<bool>().Should().BeTrue();
        constraints.corr_cholesky.check(lower * 2).item<bool>().Should().BeFalse();
        constraints.square.check(ones(2, 3)).item<bool>().Should().BeFalse();
        constraints.symmetric.check(lower).item<bool>().Should().BeFalse();
        constraints.positive_definite.check(stack([symmetric, indefinite])).data<bool>().ToArray().Should().Equal(true, false);
        constraints.positive_semidefinite.check(stack([ones(2, 2, float64), indefinite])).data<bool>().ToArray().Should().Equal(true, false);
    }

    [Fact]
    public void Constraints_are_joined()
    {
        Check(constraints.cat([constraints.positive, constraints.real], 0, [2, 1]), [1, -1, -1], true, false, true);
        Check(constraints.stack([constraints.positive, constraints.real]), [-1, -1], false, true);
        Action wrong = () => constraints.cat([constraints.real], 0, [1, 2]);
        wrong.Should().Throw<ArgumentException>().WithMessage("constraints.cat: 1 constraints need as many lengths, but got 2*");
        FluentActions.Invoking(() => constraints.dependent.check(ones(1))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => constraints.real_vector.check(tensor(1.0))).Should().Throw<ArgumentException>().WithMessage("*at least 1 dimensions*");
    }

    private static void Check(constraints.Constraint constraint, double[] values, params bool[] expected) =>
        constraint.check(tensor(values)).data<bool>().ToArray().Should().Equal(expected);
}
