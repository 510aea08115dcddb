using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// PyTorch's type promotion for ops (c10::TensorIterator's result_type): tensors with dimensions come first, then 0-d tensors, then
/// scalars; a lower one changes the dtype only if it is of a higher category (bool, integer, floating point).
/// </summary>
public struct TypePromotion
{
    private const DType Undefined = (DType)(-1);

    private DType _dimensioned = Undefined;
    private DType _zeroDim = Undefined;
    private DType _scalar = Undefined;

    public TypePromotion()
    {
    }

    /// <summary>The dtype of floating-point scalars and of integers that are made floating point.</summary>
    public static DType DefaultFloat => DType.Float32;

    /// <summary>The dtype all operands so far are computed in.</summary>
    public readonly DType Result => Combine(_dimensioned, Combine(_zeroDim, _scalar));

    public void Add(TensorImpl tensor)
    {
        if (tensor.Rank > 0)
        {
            _dimensioned = PromoteDefined(_dimensioned, tensor.DType);
        }
        else
        {
            _zeroDim = PromoteDefined(_zeroDim, tensor.DType);
        }
    }

    public void Add(ScalarValue scalar) =>
        _scalar = PromoteDefined(_scalar, scalar.Category == DType.Float64 ? DefaultFloat : scalar.Category);

    /// <summary>The common dtype of two tensors (torch.result_type).</summary>
    public static DType Of(TensorImpl a, TensorImpl b)
    {
        if (a.DType == b.DType)
        {
            return a.DType;
        }

        var promotion = new TypePromotion();
        promotion.Add(a);
        promotion.Add(b);
        return promotion.Result;
    }

    /// <summary>The common dtype of a tensor and a scalar (torch.result_type).</summary>
    public static DType Of(TensorImpl a, ScalarValue b)
    {
        var promotion = new TypePromotion();
        promotion.Add(a);
        promotion.Add(b);
        return promotion.Result;
    }

    /// <summary>The common dtype of all tensor arguments of a call.</summary>
    public static DType OfInputs(OpInvocation call)
    {
        var promotion = new TypePromotion();
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is not null)
            {
                promotion.Add(input);
            }
        }

        return promotion.Result;
    }

    /// <summary>The dtype itself if it is floating point, else the default one: what exp, sin, a true division give.</summary>
    public static DType ToFloat(DType dtype) => dtype.IsFloatingPoint() ? dtype : DefaultFloat;

    /// <summary>Whether a result of one dtype may be written in place into a tensor of the other (torch.can_cast).</summary>
    public static bool CanCast(DType from, DType to) =>
        !(from.IsFloatingPoint() && !to.IsFloatingPoint()) && (from == DType.Bool || to != DType.Bool);

    private static DType PromoteDefined(DType a, DType b) =>
        a == Undefined ? b : DTypes.Promote(a, b);

    private static DType Combine(DType higher, DType lower)
    {
        if (higher == Undefined)
        {
            return lower;
        }

        if (lower == Undefined || higher.IsFloatingPoint())
        {
            return higher;
        }

        return higher == DType.Bool || lower.IsFloatingPoint() ? DTypes.Promote(higher, lower) : higher;
    }
}
