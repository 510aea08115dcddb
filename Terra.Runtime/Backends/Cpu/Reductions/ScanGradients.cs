using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Gradients of products and scans, computed without dividing by an element, so that they are right where elements are zero.
/// Each sequence is worked through in order, in double precision; threads share the sequences.
/// </summary>
internal static unsafe class ScanGradients
{
    private const long ElementsPerTask = 4096;

    private delegate void Sequence(ReadOnlySpan<double> grad, ReadOnlySpan<double> self, Span<double> result);

    /// <summary>aten::prod_backward: each element gets the gradient times the product of the others, from the products before and after it.</summary>
    public static void Prod(OpInvocation call)
    {
        TensorImpl self = call.Input(1);
        Run(call, ShapeRules.ReducedDims(call.Ints(0), self.Rank), gradReduced: true, static (grad, self, result) =>
        {
            double before = 1;
            for (int i = 0; i < self.Length; i++)
            {
                result[i] = before * grad[0];
                before *= self[i];
            }

            double after = 1;
            for (int i = self.Length - 1; i >= 0; i--)
            {
                result[i] *= after;
                after *= self[i];
            }
        });
    }

    /// <summary>
    /// aten::cumprod_backward: <c>result[k] = (self[0] ... self[k-1]) * s[k]</c> with <c>s[k] = grad[k] + self[k+1] * s[k+1]</c>.
    /// </summary>
    public static void Cumprod(OpInvocation call)
    {
        Run(call, AlongDim(call.Input(1), call.Int(0)), gradReduced: false, static (grad, self, result) =>
        {
            double sum = 0;
            for (int i = self.Length - 1; i >= 0; i--)
            {
                sum = grad[i] + (i + 1 < self.Length ? self[i + 1] * sum : 0);
                result[i] = sum;
            }

            double before = 1;
            for (int i = 0; i < self.Length; i++)
            {
                result[i] *= before;
                before *= self[i];
            }
        });
    }

    /// <summary>aten::cumsum_backward: the running sum from the other end.</summary>
    public static void Cumsum(OpInvocation call)
    {
        Run(call, AlongDim(call.Input(0), call.Int(0)), gradReduced: false, static (grad, _, result) =>
        {
            double sum = 0;
            for (int i = grad.Length - 1; i >= 0; i--)
            {
                sum += grad[i];
                result[i] = sum;
            }
        });
    }

    private static bool[] AlongDim(TensorImpl tensor, long dim)
    {
        var marked = new bool[tensor.Rank];
        if (tensor.Rank > 0)
        {
            marked[ShapeErrors.WrapDim(dim, tensor.Rank)] = true;
        }

        return marked;
    }

    private static void Run(OpInvocation call, bool[] inside, bool gradReduced, Sequence body)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Run<double>(call, inside, gradReduced, body);
        }
        else
        {
            Run<float>(call, inside, gradReduced, body);
        }
    }

    private static void Run<T>(OpInvocation call, bool[] inside, bool gradReduced, Sequence body)
        where T : unmanaged, INumberBase<T>
    {
        TensorImpl grad = call.Input(0), self = call.Input(call.Inputs.Length - 1), result = call.Outputs[0];
        if (result.NumberOfElements == 0)
        {
            return;
        }

        bool[] outside = Array.ConvertAll(inside, static marked => !marked);
        long[] selfOuter = Offsets(self.Layout, outside), selfInner = Offsets(self.Layout, inside);
        long[] resultOuter = Offsets(result.Layout, outside), resultInner = Offsets(result.Layout, inside);
        bool gradKeepsDims = grad.Rank == self.Rank;
        long[] gradOuter = Offsets(grad.Layout, gradKeepsDims ? outside : Array.ConvertAll(new bool[grad.Rank], static _ => true));
        long[] gradInner = gradReduced ? [0] : Offsets(grad.Layout, inside);
        T* gradData = (T*)grad.Pointer, selfData = (T*)self.Pointer, resultData = (T*)result.Pointer;
        WorkerPool.Shared.For(resultOuter.Length, Math.Max(1, ElementsPerTask / Math.Max(1, resultInner.Length)), (from, end) =>
        {
            double[] gradLine = new double[gradInner.Length], selfLine = new double[selfInner.Length], resultLine = new double[resultInner.Length];
            for (long line = from; line < end; line++)
            {
                Gather(gradData + gradOuter[line], gradInner, gradLine);
                Gather(selfData + selfOuter[line], selfInner, selfLine);
                body(gradLine, selfLine, resultLine);
                T* to = resultData + resultOuter[line];
                for (int i = 0; i < resultInner.Length; i++)
                {
                    to[resultInner[i]] = T.CreateTruncating(resultLine[i]);
                }
            }
        });
    }

    private static void Gather<T>(T* data, long[] offsets, double[] values)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            values[i] = double.CreateTruncating(data[offsets[i]]);
        }
    }

    /// <summary>Where, in elements, each index of the marked dimensions lies (row-major, the other dimensions at zero).</summary>
    private static long[] Offsets(Layout layout, bool[] marked)
    {
        long[] offsets = [0];
        for (int dim = 0; dim < layout.Rank; dim++)
        {
            if (!marked[dim])
            {
                continue;
            }

            int size = checked((int)layout.Sizes[dim]);
            var next = new long[offsets.Length * size];
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = offsets[i / size] + (i % size * layout.Strides[dim]);
            }

            offsets = next;
        }

        return offsets;
    }
}
