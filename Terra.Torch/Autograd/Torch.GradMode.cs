using Terra.Runtime.Autograd;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Stops recording ops for differentiation on the calling thread until disposed.</summary>
    public static IDisposable no_grad() => new GradModeScope(false);

    /// <summary>Records ops for differentiation on the calling thread, or stops it, until disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradModeScope(enabled);

    /// <inheritdoc cref="enable_grad"/>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeScope(mode);

    /// <summary>Stops recording ops for differentiation on the calling thread until disposed.</summary>
    public static IDisposable inference_mode(bool mode = true) => new GradModeScope(!mode, mode);

    /// <summary>Whether ops are recorded for differentiation on the calling thread.</summary>
    public static bool is_grad_enabled() => GradMode.IsEnabled;

    /// <summary>Whether an inference-mode scope is open on the calling thread.</summary>
    public static bool is_inference_mode_enabled() => GradModeScope.IsInference;

    private sealed class GradModeScope : IDisposable
    {
        [ThreadStatic]
        private static bool t_inference;

        private readonly bool _previous;
        private readonly bool _previousInference;
        private bool _closed;

        internal GradModeScope(bool enabled)
            : this(enabled, t_inference)
        {
        }

        internal GradModeScope(bool enabled, bool inference)
        {
            _previous = GradMode.Set(enabled);
            _previousInference = t_inference;
            t_inference = inference;
        }

        internal static bool IsInference => t_inference;

        public void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                GradMode.Set(_previous);
                t_inference = _previousInference;
            }
        }
    }
}
