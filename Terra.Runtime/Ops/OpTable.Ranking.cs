using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Running extremes and binary search.</content>
public static partial class OpTable
{
    public static readonly OpDef cummax = new("aten::cummax(Tensor self, int dim) -> (Tensor, Tensor)", RunningExtreme)
    {
        Kernel = RankingKernels.Cummax,
        Derivative = RunningExtremeGradient,
        SavedOutputs = [1],
    };

    public static readonly OpDef cummin = new("aten::cummin(Tensor self, int dim) -> (Tensor, Tensor)", RunningExtreme)
    {
        Kernel = RankingKernels.Cummin,
        Derivative = RunningExtremeGradient,
        SavedOutputs = [1],
    };

    public static readonly OpDef searchsorted_Tensor = new(
        "aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, bool out_int32, bool right) -> Tensor", SearchSorted)
    {
        Kernel = SortedSearch.Run,
    };

    private static OutputSpec[] RunningExtreme(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        _ = ShapeErrors.WrapDim(call.Int(0), self.Rank);
        Layout layout = ShapeRules.Contiguous(self.Layout);
        return [new OutputSpec(layout, self.DType), new OutputSpec(layout, DType.Int64)];
    }

    private static TensorImpl?[] RunningExtremeGradient(BackwardContext context)
    {
        if (context.Grad(0) is not { } grad)
        {
            return [null];
        }

        using TensorImpl zeros = Derivative.ZerosLike(context.Call.Input(0));
        return [Aten.scatter_add(zeros, context.Call.Int(0), context.Call.Outputs[1], grad)];
    }

    private static OutputSpec[] SearchSorted(OpInvocation call)
    {
        TensorImpl sequence = call.Input(0), values = call.Input(1);
        if (sequence.DType != values.DType)
        {
            throw ShapeErrors.Error(
                $"torch.searchsorted(): boundary tensor and input value tensor should have same dtype, but got {ShapeErrors.Name(sequence.DType)} and {ShapeErrors.Name(values.DType)}");
        }

        if (sequence.Rank == 0 || (sequence.Rank != 1 && (sequence.Rank != values.Rank || !sequence.Sizes[..^1].SequenceEqual(values.Sizes[..^1]))))
        {
            throw ShapeErrors.Error(
                $"torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor {ShapeErrors.Text(sequence.Sizes)} and input value tensor {ShapeErrors.Text(values.Sizes)}");
        }

        return [new OutputSpec(ShapeRules.Contiguous(values.Layout), call.Bool(0) ? DType.Int32 : DType.Int64)];
    }
}
