using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Refuses divisions of integers by zero, which have no result. Those of floating-point numbers do.</summary>
internal static class IntegerDivision
{
    /// <summary>Adds the check to an op that divides its first argument by the second, a tensor or a scalar.</summary>
    public static OpDef Checked(OpDef op)
    {
        bool byTensor = op.Schema.TensorArguments == 2;
        return new OpDef(op.Schema.Text, op.Infer)
        {
            Kernel = op.Kernel,
            Pointwise = op.Pointwise,
            Derivative = op.Derivative,
            SavedInputs = op.SavedInputs,
            SavedOutputs = op.SavedOutputs,
            InferReadsScalars = op.InferReadsScalars,
            CheckData = byTensor ? CheckTensor : CheckScalar,
            CheckedInputs = byTensor ? [1] : [],
            ChecksDataOf = static call => !TypePromotion.OfInputs(call).IsFloatingPoint(),
        };
    }

    private static void CheckTensor(OpInvocation call)
    {
        TensorImpl divisor = call.Input(1);
        if (call.Input(0).NumberOfElements > 0 && MaskKernels.CountNonzero(divisor) < divisor.NumberOfElements && !IsTrue(call))
        {
            throw Error();
        }
    }

    private static void CheckScalar(OpInvocation call)
    {
        ScalarValue divisor = call.Scalar(0);
        if (divisor.Category != DType.Float64 && divisor.ToInt64() == 0 && call.Input(0).NumberOfElements > 0 && !IsTrue(call))
        {
            throw Error();
        }
    }

    /// <summary>True division (no rounding mode given) is of floating-point numbers.</summary>
    private static bool IsTrue(OpInvocation call) => call.Op.Schema.AttributeNames is [.., "rounding_mode"] && call.Attrs[^1].Kind == AttrKind.None;

    private static Exception Error() => ShapeErrors.Error("ZeroDivisionError");
}
