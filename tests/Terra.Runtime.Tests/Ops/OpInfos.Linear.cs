using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Matrix products.</content>
internal static partial class OpInfos
{
    private static readonly DType[] s_multiplied = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8];

    private static IEnumerable<OpInfo> Linear()
    {
        yield return new KernelInfo("mm", static sample => [References.Product(sample[0], sample[1])], static dtype => Matrices(dtype).Select(static pair => new Sample(pair)))
        {
            DTypes = s_multiplied, AbsoluteTolerance = 1000, Many = static dtype => new Sample([Draw.Of(dtype, [257, 129]), Draw.Of(dtype, [129, 301])]),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [4, 2])]), "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x2)"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float64, [3, 2])]), "*to have the same dtype*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [3, 2])]), "*must be 2-D tensors*"),
            ],
        };
        yield return new KernelInfo("bmm", static sample => [References.Product(sample[0], sample[1])], static dtype => Batches(dtype).Select(static pair => new Sample(pair)))
        {
            DTypes = s_multiplied, AbsoluteTolerance = 1000, Many = static dtype => new Sample([Draw.Of(dtype, [5, 67, 129]), Draw.Of(dtype, [5, 129, 61])]),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 2, 3]), Draw.Of(DType.Float32, [3, 3, 2])]), "Expected size for first two dimensions of batch2 tensor*")],
        };
        yield return new KernelInfo("addmm", AddProduct, static dtype => Matrices(dtype).SelectMany(pair => Added(dtype, pair)))
        {
            DTypes = s_multiplied, AbsoluteTolerance = 1500,
            Many = static dtype => new Sample([Draw.Of(dtype, [301]), Draw.Of(dtype, [257, 129]), Draw.Of(dtype, [129, 301])], Whole(1), Whole(1)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [3, 2])], Whole(1), Whole(1)), "The expanded size of the tensor*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float64, [2]), Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [3, 2])], Whole(1), Whole(1)), "*must have the same dtype*"),
            ],
        };
        yield return new KernelInfo("baddbmm", AddProduct, static dtype => Batches(dtype).SelectMany(pair => Added(dtype, pair)))
        {
            DTypes = s_multiplied, AbsoluteTolerance = 1500,
            Many = static dtype => new Sample([Draw.Of(dtype, [5, 1, 61]), Draw.Of(dtype, [5, 67, 129]), Draw.Of(dtype, [5, 129, 61])], Whole(1), Whole(2)),
        };
    }

    private static IEnumerable<TensorImpl[]> Matrices(DType dtype)
    {
        foreach ((long m, long k, long n) in (IEnumerable<(long, long, long)>)
                 [(3, 4, 5), (1, 7, 1), (2, 3, 1), (1, 5, 6), (0, 3, 2), (3, 0, 2), (2, 3, 0), (17, 33, 65), (64, 48, 10), (1, 130, 70), (70, 130, 1), (37, 300, 19)])
        {
            yield return [Draw.Of(dtype, [m, k]), Draw.Of(dtype, [k, n])];
        }

        if (dtype.IsFloatingPoint())
        {
            yield return [Draw.Special(dtype, 5, 1), Draw.Special(dtype, 1, 6)];
            yield return [Draw.NowAndThen(dtype, [7, 19]), Draw.NowAndThen(dtype, [19, 5])];
        }
    }

    private static IEnumerable<TensorImpl[]> Batches(DType dtype)
    {
        foreach ((long b, long m, long k, long n) in (IEnumerable<(long, long, long, long)>)[(2, 3, 4, 2), (3, 1, 5, 1), (0, 2, 3, 4), (2, 0, 3, 4), (2, 3, 0, 4), (3, 17, 33, 18)])
        {
            yield return [Draw.Of(dtype, [b, m, k]), Draw.Of(dtype, [b, k, n])];
        }

        if (dtype.IsFloatingPoint())
        {
            yield return [Draw.Special(dtype, 2, 5, 1), Draw.Special(dtype, 2, 1, 6)];
            yield return [Draw.NowAndThen(dtype, [2, 3, 19]), Draw.NowAndThen(dtype, [2, 19, 4])];
        }
    }

    /// <summary>The product with tensors of several broadcast sizes and with several factors.</summary>
    private static IEnumerable<Sample> Added(DType dtype, TensorImpl[] pair)
    {
        long rows = pair[0].Sizes[^2], columns = pair[1].Sizes[^1];
        yield return new Sample([Draw.Of(dtype, [columns]), .. pair], Whole(1), Whole(1));
        if (rows * columns < 50)
        {
            yield return new Sample([Draw.Of(dtype, [rows, 1]), .. pair], Whole(2), Whole(-1));
            yield return new Sample([Draw.Of(dtype, []), .. pair], Whole(1), Whole(3));
            TensorImpl ignored = dtype.IsFloatingPoint() ? Compiler.Tensors.Floats([columns], static _ => double.NaN, dtype) : Draw.Of(dtype, [columns]);
            yield return new Sample([ignored, .. pair], Whole(0), Whole(1));
        }
    }

    /// <summary><c>beta self + alpha mat1 mat2</c>; a beta of zero ignores self, NaN included.</summary>
    private static Nd[] AddProduct(Sample sample)
    {
        Nd self = sample[0], product = References.Product(sample[1], sample[2]);
        double beta = sample.Number(0), alpha = sample.Number(1);
        return [Nd.Make(product.Sizes, index => (beta == 0 ? 0 : beta * self.Broadcast(index)) + (alpha * product[index]))];
    }
}
