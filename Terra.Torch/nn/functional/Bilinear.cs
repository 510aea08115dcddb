namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>x1ᵀ A x2 + b for each matrix A of the weight.</summary>
            /// <param name="input1">(*, in1).</param>
            /// <param name="input2">(*, in2).</param>
            /// <param name="weight">(out, in1, in2).</param>
            /// <param name="bias">(out), or null.</param>
            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null)
            {
                long[] sizes = weight.shape;
                return WrappedTensorDisposeScope(() =>
                {
                    Tensor rows1 = input1.reshape(-1, sizes[1]);
                    Tensor rows2 = input2.reshape(-1, 1, sizes[2]);
                    Tensor left = rows1.mm(weight.permute(1, 0, 2).reshape(sizes[1], sizes[0] * sizes[2])).view(-1, sizes[0], sizes[2]);
                    Tensor result = (left * rows2).sum(-1L).view([.. input1.shape[..^1], sizes[0]]);
                    return bias is null ? result : result + bias;
                });
            }
        }
    }
}
