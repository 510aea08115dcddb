using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The first result of an op as a tensor; the others are only for its derivative.</summary>
            private static Tensor First(TensorImpl[] results)
            {
                for (int i = 1; i < results.Length; i++)
                {
                    results[i].Dispose();
                }

                return new Tensor(results[0]);
            }
        }
    }
}
