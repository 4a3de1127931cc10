use wasmparser::Operator;

/// The name of the WebAssembly proposal that an operator is from; `None` for the first version of WebAssembly.
pub(crate) fn proposal(operator: &Operator<'_>) -> Option<&'static str> {
    macro_rules! by_proposal {
        ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
            match operator {
                $( Operator::$op $({ $($arg: _),* })? => name(stringify!($proposal)), )*
                _ => Some("unknown"),
            }
        };
    }
    wasmparser::for_each_operator!(by_proposal)
}

fn name(proposal: &'static str) -> Option<&'static str> {
    Some(match proposal {
        "mvp" => return None,
        "sign_extension" => "sign-extension",
        "saturating_float_to_int" => "saturating-float-to-int",
        "bulk_memory" => "bulk-memory",
        "reference_types" => "reference-types",
        "tail_call" => "tail-call",
        "relaxed_simd" => "relaxed-simd",
        "function_references" => "function-references",
        "memory_control" => "memory-control",
        "legacy_exceptions" => "legacy-exceptions",
        "stack_switching" => "stack-switching",
        "wide_arithmetic" => "wide-arithmetic",
        "shared_everything_threads" => "shared-everything-threads",
        "custom_descriptors" => "custom-descriptors",
        other => other,
    })
}
