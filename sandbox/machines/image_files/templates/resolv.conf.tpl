nameserver {{ config_get("user.resolver", "") }}
