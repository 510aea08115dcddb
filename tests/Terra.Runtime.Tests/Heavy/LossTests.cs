using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

public sealed class LossTests
{
    private static readonly double[] s_logs = [-1, -2, -3, -4, -5, -6];

    [Fact]
    public void Nll_loss_reduces_as_told()
    {
        TensorImpl input = TensorData.Tensor(DType.Float32, s_logs, 2, 3), target = TensorData.Longs([2, 0], 2);
        Checks.Equal(Aten.nll_loss_forward(input, target, null, 0, -100)[0], 3, 4);
        Checks.Equal(Aten.nll_loss_forward(input, target, null, 1, -100)[0], 3.5);
        Checks.Equal(Aten.nll_loss_forward(input, target, null, 2, -100)[0], 7);
        TensorImpl weight = TensorData.Tensor(DType.Float32, [1, 1, 3], 3);
        TensorImpl[] weighted = Aten.nll_loss_forward(input, target, weight, 1, -100);
        Checks.Equal(weighted[0], 13.0 / 4);
        Checks.Equal(weighted[1], 4);
    }

    [Fact]
    public void Ignored_targets_do_not_count()
    {
        TensorImpl input = TensorData.Tensor(DType.Float64, s_logs, 2, 3), target = TensorData.Longs([2, -100], 2);
        Checks.Equal(Aten.nll_loss_forward(input, target, null, 1, -100)[0], 3);
        Checks.Equal(Aten.nll_loss_forward(input, target, null, 0, -100)[0], 3, 0);
        TensorImpl none = TensorData.Longs([1, 1], 2);
        Checks.Equal(Aten.nll_loss_forward(input, none, null, 1, 1)[0], double.NaN);
    }

    [Fact]
    public void A_single_sample_needs_no_batch()
    {
        TensorImpl input = TensorData.Tensor(DType.Float64, [-1, -2], 2), target = TensorData.Longs([1]);
        TensorImpl loss = Aten.nll_loss_forward(input, target, null, 1, -100)[0];
        Checks.HasSizes(loss);
        Checks.Equal(loss, 2);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        TensorImpl target = TensorData.Longs([2, 0, 1, 2, -100], 5), weight = TensorData.Tensor(DType.Float64, [0.5, 2, 1], 3);
        foreach (long reduction in new[] { 0L, 1L, 2L })
        {
            GradCheck.Verify(x => Aten.nll_loss_forward(x[0], target, null, reduction, -100)[0], TestTensors.Sample(1, 5, 3));
            GradCheck.Verify(x => Aten.nll_loss_forward(x[0], target, weight, reduction, -100)[0], TestTensors.Sample(1, 5, 3));
        }
    }

    [Fact]
    public void Targets_that_are_no_class_are_refused()
    {
        TensorImpl input = TensorData.Tensor(DType.Float32, s_logs, 2, 3);
        FluentActions.Invoking(() => Aten.nll_loss_forward(input, TensorData.Longs([0, 3], 2), null, 1, -100)).Should().Throw<ExternalException>().WithMessage("Target 3 is out of bounds.");
        FluentActions.Invoking(() => Aten.nll_loss_forward(input, TensorData.Longs([0], 1), null, 1, -100)).Should().Throw<ExternalException>().WithMessage("*size mismatch*");
    }
}
