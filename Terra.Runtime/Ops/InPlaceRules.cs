using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>What an op that writes its first argument requires of it. Reads metadata only.</summary>
internal static class InPlaceRules
{
    /// <summary>Checks that <paramref name="result"/> may be written into the first argument of a call.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// The dtype cannot be cast, the broadcast shape is another, the argument has elements that share memory, or it overlaps another argument
    /// without being the same elements.
    /// </exception>
    public static void Check(OpInvocation call, in OutputSpec result)
    {
        TensorImpl self = call.Input(0);
        if (!TypePromotion.CanCast(result.DType, self.DType))
        {
            throw ShapeErrors.CannotCast(result.DType, self.DType);
        }

        if (!result.Layout.SameSizes(self.Layout))
        {
            throw ShapeErrors.OutputShape(self.Sizes, result.Layout.Sizes);
        }

        if (self.Layout.IsContiguous && call.Inputs.Length == 1)
        {
            return;
        }

        CheckInternalOverlap(self.Layout);
        foreach (TensorImpl? other in call.Inputs[1..])
        {
            if (other is not null && ReferenceEquals(other.Storage, self.Storage))
            {
                CheckPartialOverlap(self, other);
            }
        }
    }

    private static void CheckInternalOverlap(Layout layout)
    {
        for (int i = 0; i < layout.Rank; i++)
        {
            if (layout.Strides[i] == 0 && layout.Sizes[i] > 1 && layout.NumberOfElements > 0)
            {
                throw ShapeErrors.Error("unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.");
            }
        }
    }

    /// <summary>After at::get_overlap_status: decides only for tensors without gaps; others are taken to be disjoint.</summary>
    private static void CheckPartialOverlap(TensorImpl self, TensorImpl other)
    {
        if (ReferenceEquals(self, other) || self.NumberOfElements == 0 || other.NumberOfElements == 0 || !IsDense(self.Layout) || !IsDense(other.Layout))
        {
            return;
        }

        long selfStart = self.Offset * self.DType.SizeInBytes(), otherStart = other.Offset * other.DType.SizeInBytes();
        long selfEnd = selfStart + (self.NumberOfElements * self.DType.SizeInBytes());
        long otherEnd = otherStart + (other.NumberOfElements * other.DType.SizeInBytes());
        bool sameElements = selfStart == otherStart && selfEnd == otherEnd && SameStrides(self.Layout, other.Layout);
        if (!sameElements && selfStart < otherEnd && otherStart < selfEnd)
        {
            throw ShapeErrors.Error("unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.");
        }
    }

    private static bool SameStrides(Layout a, Layout b)
    {
        if (!a.SameSizes(b))
        {
            return false;
        }

        for (int i = 0; i < a.Rank; i++)
        {
            if (a.Sizes[i] > 1 && a.Strides[i] != b.Strides[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True if the elements fill one range of memory, in whatever order.</summary>
    private static bool IsDense(Layout layout)
    {
        if (layout.IsContiguous)
        {
            return true;
        }

        long span = 1;
        for (int i = 0; i < layout.Rank; i++)
        {
            span += (layout.Sizes[i] - 1) * Math.Abs(layout.Strides[i]);
        }

        return span == layout.NumberOfElements;
    }
}
